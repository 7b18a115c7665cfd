package io.github.appendonly;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Dependencies run one way, and out to the JDK only.
 */
@AnalyzeClasses(packages = "io.github.appendonly", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final DescribedPredicate<JavaClass> THE_JDK_AND_JSPECIFY = resideInAnyPackage("java..",
			"org.jspecify.annotations");

	@ArchTest
	static final ArchRule ARROWS_RUN_ONE_WAY = layeredArchitecture().consideringAllDependencies()
		.layer("api")
		.definedBy("io.github.appendonly")
		.layer("state")
		.definedBy("io.github.appendonly.state")
		.layer("memory")
		.definedBy("io.github.appendonly.memory")
		.layer("commit")
		.definedBy("io.github.appendonly.commit")
		.whereLayer("api")
		.mayNotAccessAnyLayer()
		.whereLayer("state")
		.mayOnlyAccessLayers("api")
		.whereLayer("memory")
		.mayOnlyAccessLayers("state", "api")
		.whereLayer("commit")
		.mayOnlyAccessLayers("api")
		.ignoreDependency(DescribedPredicate.alwaysTrue(), THE_JDK_AND_JSPECIFY)
		.ensureAllClassesAreContainedInArchitecture();

	@ArchTest
	static final ArchRule GROUP_COMMIT_KNOWS_NOTHING_OF_STACKS = classes().that()
		.resideInAPackage("io.github.appendonly.commit")
		.should()
		.onlyDependOnClassesThat(THE_JDK_AND_JSPECIFY.or(resideInAnyPackage("io.github.appendonly.commit"))
			.or(JavaClass.Predicates.type(Limits.class)));

	@ArchTest
	static final ArchRule CORE_NEEDS_ONLY_THE_JDK = classes().should()
		.onlyDependOnClassesThat(THE_JDK_AND_JSPECIFY.or(resideInAnyPackage("io.github.appendonly..")));

	@ArchTest
	static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES = slices().matching("io.github.appendonly.(**)")
		.should()
		.beFreeOfCycles();

}
