package io.github.appendonly.autoconfigure;

import io.github.appendonly.jpa.entity.AppendOnlyEntities;
import io.github.appendonly.jpa.entity.EntitiesNotManagedException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains how to add the entities to a persistence unit that was made by hand.
 */
class EntitiesNotManagedFailureAnalyzer extends AbstractFailureAnalyzer<EntitiesNotManagedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, EntitiesNotManagedException cause) {
		return new FailureAnalysis(
				cause.getMessage() + ", as its EntityManagerFactory was not made with Spring Boot's "
						+ "EntityManagerFactoryBuilder.",
				"""
						Do one of the following:

						1. Inject Spring Boot's EntityManagerFactoryBuilder and make the EntityManagerFactory with it.
						2. Add the entities where it is made:
						   factoryBean.setPersistenceUnitPostProcessors(new %s());"""
					.formatted(AppendOnlyEntities.class.getName()),
				cause);
	}

}
