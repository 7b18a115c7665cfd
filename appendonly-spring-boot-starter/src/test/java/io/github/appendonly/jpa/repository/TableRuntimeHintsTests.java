package io.github.appendonly.jpa.repository;

import io.github.appendonly.jpa.table.AccumulatorTable;
import io.github.appendonly.jpa.table.StackHead;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.entity.AppendOnlyEntities;
import io.github.appendonly.jpa.entity.StackRow;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.IdClass;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.support.JpaRepositoryFactory;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.Repository;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The hints are complete: they include every entity, repository and query.
 */
class TableRuntimeHintsTests {

	private static final Pattern CONSTRUCTED = Pattern.compile("select new ([\\w.$]+)\\(");

	/** All of ours that have to do with tables. */
	private static final List<Class<?>> CLASSES = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(StackRow.class.getPackageName(), StackRepository.class.getPackageName())
		.stream()
		.<Class<?>>map(JavaClass::reflect)
		.toList();

	private final RuntimeHints hints = new RuntimeHints();

	@BeforeEach
	void register() {
		new TableRuntimeHints().registerHints(this.hints, null);
	}

	static List<Class<?>> entities() {
		return CLASSES.stream().filter((type) -> type.isAnnotationPresent(Entity.class)).toList();
	}

	static List<Class<?>> repositories() {
		return CLASSES.stream()
			.filter((type) -> Repository.class.isAssignableFrom(type)
					&& !type.isAnnotationPresent(NoRepositoryBean.class))
			.toList();
	}

	static List<String> constructed() {
		return repositories().stream()
			.flatMap((repository) -> Arrays.stream(repository.getMethods()))
			.map((method) -> AnnotationUtils.findAnnotation(method, Query.class))
			.flatMap((query) -> Stream.ofNullable(query))
			.flatMap((query) -> CONSTRUCTED.matcher(query.value()).results())
			.map((result) -> result.group(1))
			.distinct()
			.toList();
	}

	@ParameterizedTest
	@MethodSource("entities")
	void entityAndItsKeyAreMadeAndFilled(Class<?> entity) {
		assertBound(entity);
		if (entity.getSuperclass() != Object.class) {
			assertBound(entity.getSuperclass());
		}
		IdClass key = entity.getAnnotation(IdClass.class);
		if (key != null) {
			assertBound(key.value());
		}
	}

	@ParameterizedTest
	@MethodSource("constructed")
	void resultIsConstructedByName(String type) {
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(ClassUtils.resolveClassName(type, null))
			.withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)).accepts(this.hints);
	}

	@ParameterizedTest
	@MethodSource("repositories")
	void repositoryIsTheProxyThatSpringDataMakesBehindOurs(Class<?> repository) {
		EntityManager entityManager = TestDatabase.H2.shared().entityManager();
		assertProxied(new JpaRepositoryFactory(entityManager).getRepository(repository));
		assertProxied(new Repositories(entityManager.getEntityManagerFactory()).get(repository));
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(repository)
			.withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS)).accepts(this.hints);
	}

	@Test
	void nothingIsOverlooked() {
		assertThat(entities()).hasSameSizeAs(AppendOnlyEntities.ENTITIES);
		assertThat(repositories()).contains(StackRepository.class, ArchivedLayerRepository.class);
		assertThat(constructed()).contains(StackHead.class.getName(), AccumulatorTable.Queued.class.getName());
	}

	private void assertProxied(Object proxy) {
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(proxy.getClass().getInterfaces()))
			.accepts(this.hints);
	}

	private void assertBound(Class<?> type) {
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(type)
			.withMemberCategories(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS, MemberCategory.ACCESS_DECLARED_FIELDS))
			.accepts(this.hints);
	}

}
