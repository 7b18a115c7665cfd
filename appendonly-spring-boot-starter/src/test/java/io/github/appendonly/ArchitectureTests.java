package io.github.appendonly;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The packages depend on each other in one direction.
 */
@AnalyzeClasses(packages = "io.github.appendonly",
		importOptions = { ImportOption.DoNotIncludeTests.class, ArchitectureTests.WithoutContractSuites.class })
class ArchitectureTests {

	@ArchTest
	static final ArchRule importsRunOneWay = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("API")
		.definedBy("io.github.appendonly")
		.layer("state")
		.definedBy("io.github.appendonly.state")
		.layer("memory")
		.definedBy("io.github.appendonly.memory")
		.layer("commit")
		.definedBy("io.github.appendonly.commit")
		.layer("jpa")
		.definedBy("io.github.appendonly.jpa")
		.layer("autoconfigure")
		.definedBy("io.github.appendonly.autoconfigure")
		.whereLayer("state")
		.mayOnlyBeAccessedByLayers("memory", "jpa")
		.whereLayer("memory")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("commit")
		.mayOnlyBeAccessedByLayers("jpa")
		.whereLayer("jpa")
		.mayOnlyBeAccessedByLayers("autoconfigure")
		.whereLayer("autoconfigure")
		.mayNotBeAccessedByAnyLayer();

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching("io.github.appendonly.(*)..")
		.should()
		.beFreeOfCycles();

	@ArchTest
	static final ArchRule jpaKnowsNoSpringBoot = noClasses().that()
		.resideInAPackage("io.github.appendonly.jpa")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot..");

	@ArchTest
	static final ArchRule publicClassesAreFinalUnlessMadeToBeExtended = classes().that()
		.arePublic()
		.and()
		.areNotInterfaces()
		.and()
		.areNotAssignableTo(RuntimeException.class)
		.and()
		.doNotHaveSimpleName("AppendOnlySchemaInitializer")
		.should()
		.haveModifier(JavaModifier.FINAL);

	@ArchTest
	static final ArchRule autoConfigurationsHaveNoPublicMembers = methods().that()
		.areDeclaredInClassesThat()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.notBePublic();

	@ArchTest
	static final ArchRule conditionsOnClassesAreNotOnMethods = methods().should()
		.notBeAnnotatedWith(ConditionalOnClass.class);

	@ArchTest
	static final ArchRule namesSayTheRole = noClasses().should()
		.haveSimpleNameEndingWith("Impl")
		.orShould()
		.haveNameMatching(".*(Util|Utils|Helper|Manager)");

	/**
	 * Leaves out the core's test-jar, which is a jar once the core is packaged.
	 */
	static final class WithoutContractSuites implements ImportOption {

		@Override
		public boolean includes(Location location) {
			return !location.contains("-tests.jar");
		}

	}

}
