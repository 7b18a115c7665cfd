package io.github.appendonly;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

/**
 * Checks that dependencies between packages run one way, so that there are no cycles, and
 * that the core depends on nothing but the JDK and JSpecify.
 */
@AnalyzeClasses(packages = "io.github.appendonly", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final DescribedPredicate<JavaClass> THE_JDK_AND_JSPECIFY = resideInAnyPackage("java..",
			"org.jspecify.annotations");

	private static final String INTERNAL = "io.github.appendonly.internal";

	@ArchTest
	static final ArchRule ARROWS_RUN_ONE_WAY = CompositeArchRule.of(dependsOnlyOn(INTERNAL))
		.and(dependsOnlyOn("io.github.appendonly", INTERNAL))
		.and(dependsOnlyOn("io.github.appendonly.state", "io.github.appendonly", INTERNAL))
		.and(dependsOnlyOn("io.github.appendonly.follow", "io.github.appendonly", INTERNAL))
		.and(dependsOnlyOn("io.github.appendonly.memory", "io.github.appendonly.state", "io.github.appendonly.follow",
				"io.github.appendonly", INTERNAL))
		.and(dependsOnlyOn("io.github.appendonly.commit", "io.github.appendonly", INTERNAL));

	@ArchTest
	static final ArchRule ALL_CLASSES_ARE_IN_THESE_PACKAGES = classes().should()
		.resideInAnyPackage("io.github.appendonly", "io.github.appendonly.state", "io.github.appendonly.memory",
				"io.github.appendonly.commit", "io.github.appendonly.follow", INTERNAL);

	@ArchTest
	static final ArchRule GROUP_COMMIT_KNOWS_NOTHING_OF_STACKS = classes().that()
		.resideInAPackage("io.github.appendonly.commit")
		.should()
		.onlyDependOnClassesThat(THE_JDK_AND_JSPECIFY.or(resideInAnyPackage("io.github.appendonly.commit", INTERNAL))
			.or(JavaClass.Predicates.type(UncertainCommitException.class)));

	@ArchTest
	static final ArchRule CORE_NEEDS_ONLY_THE_JDK = classes().should()
		.onlyDependOnClassesThat(THE_JDK_AND_JSPECIFY.or(resideInAnyPackage("io.github.appendonly..")));

	private static ArchRule dependsOnlyOn(String from, String... others) {
		return classes().that()
			.resideInAPackage(from)
			.should()
			.onlyDependOnClassesThat(THE_JDK_AND_JSPECIFY.or(resideInAnyPackage(from)).or(resideInAnyPackage(others)));
	}

}
