package io.github.appendonly.jpa;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What PostgreSQL does by single statements, done by the portable ones: the same tests.
 */
class PortableSqlTests {

	private static Node portable(TestDatabase database) {
		return database.shared("appendonly.portable-sql=true");
	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class Stacks extends JpaAppendStackTests {

		@Override
		Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class Pruners extends PrunerTests {

		@Override
		Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class BoundsChanges extends BoundsChangeTests {

		@Override
		Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class ArchiveExpiry extends ArchiveExpiryTests {

		@Override
		Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class Leftovers extends LeftoverTests {

		@Override
		Node node() {
			return portable(this.database);
		}

	}

}
