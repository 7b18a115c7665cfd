package io.github.appendonly;

import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import jakarta.persistence.Entity;
import org.hibernate.annotations.ConcreteProxy;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/**
 * The packages depend on each other in one direction, so without cycles.
 */
@AnalyzeClasses(packages = "io.github.appendonly",
		importOptions = { ImportOption.DoNotIncludeTests.class, ArchitectureTests.WithoutContractSuites.class })
class ArchitectureTests {

	@ArchTest
	static final ArchRule importsRunOneWay = CompositeArchRule.of(isOnlyUsedBy("state", "memory", "jpa"))
		.and(isOnlyUsedBy("memory"))
		.and(isOnlyUsedBy("commit", "jpa", "actuate"))
		.and(isOnlyUsedBy("jpa", "actuate", "autoconfigure"))
		.and(isOnlyUsedBy("actuate", "autoconfigure"))
		.and(isOnlyUsedBy("autoconfigure"));

	@ArchTest
	static final ArchRule allClassesAreInThesePackages = classes().should()
		.resideInAnyPackage("io.github.appendonly", "io.github.appendonly.internal", "io.github.appendonly.state",
				"io.github.appendonly.memory", "io.github.appendonly.commit", "io.github.appendonly.jpa",
				"io.github.appendonly.actuate", "io.github.appendonly.autoconfigure");

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
	static final ArchRule rowsAreNeverObjects = classes().that()
		.areAnnotatedWith(Entity.class)
		.should()
		.haveModifier(JavaModifier.ABSTRACT)
		.andShould()
		.beAnnotatedWith(ConcreteProxy.class);

	@ArchTest
	static final ArchRule namesSayTheRole = noClasses().should()
		.haveSimpleNameEndingWith("Impl")
		.orShould()
		.haveNameMatching(".*(Util|Utils|Helper|Manager)");

	private static ArchRule isOnlyUsedBy(String used, String... users) {
		String[] allowed = Stream.concat(Stream.of(used), Stream.of(users))
			.map((name) -> "io.github.appendonly." + name)
			.toArray(String[]::new);
		return noClasses().that()
			.resideOutsideOfPackages(allowed)
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.github.appendonly." + used);
	}

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
