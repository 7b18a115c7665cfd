package io.github.appendonly.jpa.repository;

import io.github.appendonly.jpa.table.AccumulatorTable;
import io.github.appendonly.jpa.table.SliceTable;
import io.github.appendonly.jpa.table.StackHead;
import java.util.List;

import io.github.appendonly.jpa.entity.AppendOnlyEntities;
import jakarta.persistence.IdClass;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.Advised;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.core.DecoratingProxy;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.interceptor.TransactionalProxy;

/**
 * Registers the entities and repositories of the structures for native images. Spring
 * finds those of an application among its beans, but these are not beans.
 */
class TableRuntimeHints implements RuntimeHintsRegistrar {

	private static final List<Class<?>> REPOSITORIES = List.of(StackRepository.class, SliceRepository.class,
			InboxRepository.class, AccumulatorRepository.class, ArchivedLayerRepository.class,
			SetAsideRepository.class);

	/** The records that queries construct by name. */
	private static final List<Class<?>> RESULTS = List.of(StackHead.class, StackSummary.class,
			SliceTable.LayerLength.class, AccumulatorTable.Queued.class, SetAside.class);

	private final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		AppendOnlyEntities.ENTITIES.forEach((entity) -> registerEntity(hints, entity));
		REPOSITORIES.forEach((repository) -> registerRepository(hints, repository));
		RESULTS
			.forEach((result) -> hints.reflection().registerType(result, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS));
	}

	private void registerEntity(RuntimeHints hints, Class<?> entity) {
		this.binding.registerReflectionHints(hints.reflection(), entity);
		IdClass key = entity.getAnnotation(IdClass.class);
		if (key != null) {
			this.binding.registerReflectionHints(hints.reflection(), key.value());
		}
	}

	private static void registerRepository(RuntimeHints hints, Class<?> repository) {
		hints.reflection().registerType(repository, MemberCategory.INVOKE_PUBLIC_METHODS);
		hints.proxies().registerJdkProxy(repository);
		// TransactionalProxy replaces SpringProxy, which other proxies have.
		hints.proxies()
			.registerJdkProxy(repository, Repository.class, TransactionalProxy.class, Advised.class,
					DecoratingProxy.class);
	}

}
