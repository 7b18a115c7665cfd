package io.github.appendonly.benchmarks.modulith;

import org.hibernate.boot.model.naming.Identifier;
import org.hibernate.boot.model.naming.PhysicalNamingStrategySnakeCaseImpl;
import org.hibernate.engine.jdbc.env.spi.JdbcEnvironment;

/**
 * Gives the table of the registry a name that begins as those of all tables of the
 * benchmarks do.
 */
public final class PrefixedNames extends PhysicalNamingStrategySnakeCaseImpl {

	private static final String PREFIX = "bench_";

	/**
	 * For Hibernate.
	 */
	public PrefixedNames() {
	}

	@Override
	public Identifier toPhysicalTableName(Identifier name, JdbcEnvironment environment) {
		Identifier physical = super.toPhysicalTableName(name, environment);
		return physical.getText().startsWith(PREFIX) ? physical
				: Identifier.toIdentifier(PREFIX + physical.getText(), physical.isQuoted());
	}

}
