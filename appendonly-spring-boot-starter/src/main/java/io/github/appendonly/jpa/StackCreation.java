package io.github.appendonly.jpa;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;

import io.github.appendonly.StackBounds;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.dialect.H2Dialect;
import org.hibernate.engine.spi.SessionFactoryImplementor;

/**
 * Creates the rows of empty stacks, in the transaction of the calling thread.
 */
final class StackCreation {

	/*
	 * On PostgreSQL "on conflict do nothing" waits for whoever is creating the row, and
	 * never fails. H2 has nothing like it: its MERGE waits too, and then fails. A failure
	 * that Hibernate gets to see would be the end of the caller's transaction, though H2
	 * would let it go on; so there the insert goes past Hibernate.
	 *
	 * A stack that is dropped may be there again while a placement is under way that has
	 * read the row of the old one. It must not find the version that it has read; so
	 * versions begin anywhere.
	 */

	private static final String H2_INSERT = """
			insert into %s (name, max_layers, max_length, archived, has_pruner, generation, length,
				oldest_generation, pruned_length, version)
			values (?, ?, ?, false, false, 0, 0, 0, 0, ?)""";

	private static final String UNIQUE_VIOLATION = "23505";

	private static final long FIRST_VERSIONS = 1L << 62;

	private final Transactions transactions;

	private final StackRepository stacks;

	private final boolean h2;

	private final String table;

	StackCreation(EntityManagerFactory entityManagerFactory, Transactions transactions, StackRepository stacks,
			Tables tables) {
		SessionFactoryImplementor sessionFactory = entityManagerFactory.unwrap(SessionFactoryImplementor.class);
		this.transactions = transactions;
		this.stacks = stacks;
		this.h2 = sessionFactory.getJdbcServices().getDialect() instanceof H2Dialect;
		this.table = tables.stack();
	}

	/**
	 * Creates the row of an empty stack with the default bounds, unless it is there.
	 * Waits for another transaction that is creating it, and does not fail because of
	 * that.
	 */
	void createIfAbsent(String name) {
		long version = ThreadLocalRandom.current().nextLong(FIRST_VERSIONS);
		if (this.h2) {
			insertInH2(name, version);
		}
		else {
			this.stacks.createIfAbsent(name, StackBounds.DEFAULT_MAX_LAYERS, StackBounds.DEFAULT_MAX_LENGTH, version);
		}
	}

	private void insertInH2(String name, long version) {
		this.transactions.session().doWork((connection) -> {
			try (PreparedStatement statement = connection.prepareStatement(H2_INSERT.formatted(this.table))) {
				statement.setString(1, name);
				statement.setInt(2, StackBounds.DEFAULT_MAX_LAYERS);
				statement.setInt(3, StackBounds.DEFAULT_MAX_LENGTH);
				statement.setLong(4, version);
				statement.executeUpdate();
			}
			catch (SQLException ex) {
				if (!UNIQUE_VIOLATION.equals(ex.getSQLState())) {
					throw ex;
				}
			}
		});
	}

}
