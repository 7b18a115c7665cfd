package io.github.appendonly;

import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.persistence.Entity;
import jakarta.persistence.MappedSuperclass;
import org.hibernate.annotations.ConcreteProxy;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The design that the packages show: arrows between them run one way.
 */
@AnalyzeClasses(packages = "io.github.appendonly",
		importOptions = { ImportOption.DoNotIncludeTests.class, ArchitectureTests.WithoutContractSuites.class })
class ArchitectureTests {

	@ArchTest
	static final ArchRule importsRunOneWay = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("api")
		.definedBy("io.github.appendonly")
		.layer("internal")
		.definedBy("io.github.appendonly.internal")
		.layer("state")
		.definedBy("io.github.appendonly.state")
		.layer("memory")
		.definedBy("io.github.appendonly.memory")
		.layer("commit")
		.definedBy("io.github.appendonly.commit")
		.layer("follow")
		.definedBy("io.github.appendonly.follow")
		.layer("transaction")
		.definedBy("io.github.appendonly.jpa.transaction")
		.layer("entity")
		.definedBy("io.github.appendonly.jpa.entity")
		.layer("item")
		.definedBy("io.github.appendonly.jpa.item")
		.layer("table")
		.definedBy("io.github.appendonly.jpa.table")
		.layer("repository")
		.definedBy("io.github.appendonly.jpa.repository")
		.layer("family")
		.definedBy("io.github.appendonly.jpa.family")
		.layer("plan")
		.definedBy("io.github.appendonly.jpa.sequencer.plan")
		.layer("sequencer")
		.definedBy("io.github.appendonly.jpa.sequencer")
		.layer("accumulator")
		.definedBy("io.github.appendonly.jpa.accumulator")
		.layer("key")
		.definedBy("io.github.appendonly.jpa.key")
		.layer("erasure")
		.definedBy("io.github.appendonly.jpa.erasure")
		.layer("retention")
		.definedBy("io.github.appendonly.jpa.retention")
		.layer("following")
		.definedBy("io.github.appendonly.jpa.follow")
		.layer("jpa")
		.definedBy("io.github.appendonly.jpa")
		.layer("subscriber")
		.definedBy("io.github.appendonly.subscriber")
		.layer("actuate")
		.definedBy("io.github.appendonly.actuate")
		.layer("recording")
		.definedBy("io.github.appendonly.actuate.recording")
		.layer("data")
		.definedBy("io.github.appendonly.data")
		.layer("web")
		.definedBy("io.github.appendonly.web")
		.layer("autoconfigure")
		.definedBy("io.github.appendonly.autoconfigure")
		.layer("autoconfigure of parts")
		.definedBy("io.github.appendonly.autoconfigure.actuate", "io.github.appendonly.autoconfigure.aot",
				"io.github.appendonly.autoconfigure.subscriber", "io.github.appendonly.autoconfigure.web")
		.whereLayer("internal")
		.mayNotAccessAnyLayer()
		.whereLayer("api")
		.mayOnlyAccessLayers("internal")
		.whereLayer("state")
		.mayOnlyAccessLayers("api", "internal")
		.whereLayer("follow")
		.mayOnlyAccessLayers("api", "internal")
		.whereLayer("memory")
		.mayOnlyAccessLayers("api", "internal", "state", "follow")
		.whereLayer("commit")
		.mayOnlyAccessLayers("api", "internal")
		.whereLayer("transaction")
		.mayOnlyAccessLayers("api", "internal")
		.whereLayer("entity")
		.mayOnlyAccessLayers("api", "internal")
		.whereLayer("item")
		.mayOnlyAccessLayers("api", "internal", "transaction")
		.whereLayer("table")
		.mayOnlyAccessLayers("api", "internal", "state", "transaction", "entity", "item")
		.whereLayer("repository")
		.mayOnlyAccessLayers("api", "entity", "table")
		.whereLayer("family")
		.mayOnlyAccessLayers("api", "table")
		.whereLayer("plan")
		.mayOnlyAccessLayers("api", "internal", "state", "transaction", "item", "table", "family")
		.whereLayer("sequencer")
		.mayOnlyAccessLayers("api", "internal", "commit", "transaction", "item", "table", "family", "plan")
		.whereLayer("accumulator")
		.mayOnlyAccessLayers("api", "internal", "commit", "transaction", "item", "table")
		.whereLayer("key")
		.mayOnlyAccessLayers("api", "internal", "transaction", "item", "table", "family", "plan", "sequencer")
		.whereLayer("erasure")
		.mayOnlyAccessLayers("api", "internal", "transaction", "item", "table")
		.whereLayer("retention")
		.mayOnlyAccessLayers("api", "internal", "transaction", "item", "table", "plan", "sequencer", "key")
		.whereLayer("following")
		.mayOnlyAccessLayers("api", "follow", "transaction", "table", "sequencer")
		.whereLayer("jpa")
		.mayOnlyAccessLayers("api", "internal", "state", "follow", "entity", "transaction", "item", "table",
				"repository", "family", "plan", "sequencer", "accumulator", "key", "erasure", "retention", "following")
		.whereLayer("subscriber")
		.mayOnlyAccessLayers("api", "internal", "transaction", "entity", "item", "table", "erasure", "jpa")
		.whereLayer("actuate")
		.mayOnlyBeAccessedByLayers("autoconfigure of parts")
		.whereLayer("recording")
		.mayOnlyBeAccessedByLayers("autoconfigure of parts")
		.whereLayer("data")
		.mayOnlyAccessLayers("api", "internal")
		.whereLayer("web")
		.mayOnlyAccessLayers("api", "internal", "follow")
		.whereLayer("autoconfigure")
		.mayOnlyBeAccessedByLayers("autoconfigure of parts")
		.whereLayer("autoconfigure of parts")
		.mayNotBeAccessedByAnyLayer()
		.ensureAllClassesAreContainedInArchitecture();

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching("io.github.(**)").should().beFreeOfCycles();

	/**
	 * The types in packages of internals that users may use, as listed for the Javadoc in
	 * the module's POM.
	 */
	private static final Set<String> PUBLISHED = Set.of("ItemCodec", "JacksonItemCodec", "ItemConversionException",
			"SequencerListener", "SetAside", "StackSummary", "TablesMissingException", "AppendOnlyEntities",
			"EntitiesNotManagedException", "DelayingExecutor", "RetentionRunner", "Removed");

	/** What packages of the starter hand to each other. */
	private static final Set<String> HANDED_OVER = Set.of("ParkedItems", "Replacement");

	private static final DescribedPredicate<JavaClass> INTERNAL = resideInAnyPackage(
			"io.github.appendonly.jpa.(family|key|erasure|retention|sequencer|sequencer.plan|accumulator|repository|table|entity|item|transaction)")
		.and(DescribedPredicate.describe("are not published",
				(type) -> !PUBLISHED.contains(outermost(type.getBaseComponentType()).getSimpleName())
						&& !HANDED_OVER.contains(type.getSimpleName())));

	private static JavaClass outermost(JavaClass type) {
		return type.getEnclosingClass().map(ArchitectureTests::outermost).orElse(type);
	}

	@ArchTest
	static final ArchRule internalsStayInside = noMethods().that()
		.arePublic()
		.and()
		.areDeclaredInClassesThat(not(INTERNAL).and(modifier(JavaModifier.PUBLIC)))
		.should()
		.haveRawReturnType(INTERNAL)
		.orShould()
		.haveRawParameterTypes(
				DescribedPredicate.describe("one of internals", (types) -> types.stream().anyMatch(INTERNAL)));

	@ArchTest
	static final ArchRule jpaKnowsNoSpringBoot = noClasses().that()
		.resideInAPackage("io.github.appendonly.jpa..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot..");

	/**
	 * Statements by JDBC have one home, and so have queries.
	 */
	@ArchTest
	static final ArchRule sqlIsInTables = classes().that()
		.haveSimpleName("NativeStatement")
		.should()
		.onlyBeAccessed()
		.byAnyPackage("io.github.appendonly.jpa.table");

	@ArchTest
	static final ArchRule queriesAreInRepositories = methods().that()
		.areAnnotatedWith(Query.class)
		.should()
		.beDeclaredInClassesThat()
		.resideInAPackage("io.github.appendonly.jpa.repository");

	/**
	 * Repositories read. A statement that writes is JDBC.
	 */
	@ArchTest
	static final ArchRule repositoriesOnlyRead = noMethods().should().beAnnotatedWith(Modifying.class);

	/**
	 * Only Spring's ways of binding to a thread, which transactions and tenants need.
	 */
	@ArchTest
	static final ArchRule threadsCarryOnlyTransactionsAndTenants = noClasses().that()
		.resideOutsideOfPackages("io.github.appendonly.jpa.transaction")
		.and()
		.doNotHaveSimpleName("TransactionBuffer")
		.should()
		.callMethod(TransactionSynchronizationManager.class, "bindResource", Object.class, Object.class)
		.orShould()
		.dependOnClassesThat()
		.areAssignableTo(ThreadLocal.class);

	@ArchTest
	static final ArchRule publicClassesAreFinalUnlessMadeToBeExtended = classes().that()
		.arePublic()
		.and()
		.areNotInterfaces()
		.and()
		.areNotAssignableTo(RuntimeException.class)
		.and()
		.areNotAnnotatedWith(Entity.class)
		.and()
		.areNotAnnotatedWith(MappedSuperclass.class)
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
