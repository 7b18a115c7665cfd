package io.github.appendonly.autoconfigure;

import io.github.appendonly.jpa.table.TablesMissingException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains how to create the tables.
 */
class TablesMissingFailureAnalyzer extends AbstractFailureAnalyzer<TablesMissingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TablesMissingException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"""
						Do one of the following:

						1. Set appendonly.jdbc.initialize-schema=always to create them at start-up.
						2. Run the scripts in db/appendonly/postgresql or db/appendonly/h2 of the starter's jar, in their order: \
						by hand, or as migrations of Flyway or Liquibase. If you have set appendonly.table-prefix, replace \
						'appendonly_' with it in the scripts.
						3. If the tables exist in another schema or under other names, set hibernate.default_schema (or the \
						schema in the URL) or appendonly.table-prefix.""",
				cause);
	}

}
