package io.github.appendonly.autoconfigure;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

import jakarta.persistence.EntityManagerFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Decides which of the application's persistence units holds the structures: the one that
 * a property names, or else the only one, or else the primary one. Here and in its
 * methods, that unit is called ours.
 */
public final class PersistenceUnitChoice {

	/*
	 * The decision is needed before an EntityManagerFactory is made, for its entities,
	 * its naming strategy and its tables, and again when it exists. Before, only the
	 * names of its bean and of its unit are known.
	 */

	static final String UNIT_PROPERTY = "appendonly.jpa.persistence-unit";

	static final String TRANSACTION_MANAGER_PROPERTY = "appendonly.transaction-manager";

	/** Spring's name for a unit without a name. */
	private static final String UNNAMED_UNIT = "default";

	private final ConfigurableListableBeanFactory beans;

	private final Supplier<AppendOnlyProperties> properties;

	/**
	 * Creates the choice among the beans of a context.
	 */
	public PersistenceUnitChoice(ConfigurableListableBeanFactory beans, Supplier<AppendOnlyProperties> properties) {
		this.beans = beans;
		this.properties = properties;
	}

	/**
	 * Whether an {@code EntityManagerFactory} that is about to be made is ours.
	 * @param bean the name of its bean
	 * @param unit the name of its unit, if it has one
	 */
	boolean isOurs(String bean, @Nullable String unit) {
		String ours = this.properties.get().jpa().persistenceUnit();
		return (ours != null) ? ours.equals(nameOf(unit))
				: unambiguous(entityManagerFactories()).stream().anyMatch(bean::equals);
	}

	/**
	 * Whether the unit that is being assembled is ours.
	 * @param unit its name
	 */
	boolean isOurs(@Nullable String unit) {
		String ours = this.properties.get().jpa().persistenceUnit();
		return (ours != null) ? ours.equals(nameOf(unit))
				: unambiguous(entityManagerFactories()).stream().anyMatch(this.beans::isCurrentlyInCreation);
	}

	/**
	 * Our persistence unit.
	 * @throws UnclearChoiceException if the choice is not clear
	 */
	public EntityManagerFactory entityManagerFactory() {
		List<String> candidates = entityManagerFactories();
		String ours = this.properties.get().jpa().persistenceUnit();
		if (ours == null) {
			return this.beans
				.getBean(unambiguous(candidates).orElseThrow(() -> new UnclearChoiceException(UNIT_PROPERTY,
						"There are several EntityManagerFactory beans, and none of them is primary",
						unitNames(candidates))), EntityManagerFactory.class);
		}
		List<String> matching = candidates.stream().filter((bean) -> ours.equals(unitName(bean))).toList();
		return this.beans.getBean(
				unambiguous(matching).orElseThrow(() -> new UnclearChoiceException(UNIT_PROPERTY,
						missing(UNIT_PROPERTY, ours, "persistence unit"), unitNames(candidates))),
				EntityManagerFactory.class);
	}

	/**
	 * The transaction manager of our persistence unit.
	 * @throws UnclearChoiceException if the choice is not clear
	 */
	public PlatformTransactionManager transactionManager(EntityManagerFactory entityManagerFactory) {
		List<String> candidates = candidates(PlatformTransactionManager.class);
		String named = this.properties.get().transactionManager();
		if (named != null) {
			if (!candidates.contains(named)) {
				throw new UnclearChoiceException(TRANSACTION_MANAGER_PROPERTY,
						missing(TRANSACTION_MANAGER_PROPERTY, named, "transaction manager"), candidates);
			}
			return this.beans.getBean(named, PlatformTransactionManager.class);
		}
		if (candidates.isEmpty()) {
			return this.beans.getBean(PlatformTransactionManager.class);
		}
		List<String> ofOurUnit = candidates.stream()
			.filter((bean) -> this.beans.getBean(bean) instanceof JpaTransactionManager manager
					&& manager.getEntityManagerFactory() == entityManagerFactory)
			.toList();
		List<String> ofNoUnit = candidates.stream()
			.filter((bean) -> !(this.beans.getBean(bean) instanceof JpaTransactionManager))
			.toList();
		String chosen = unambiguous(ofOurUnit.isEmpty() ? ofNoUnit : ofOurUnit)
			.orElseThrow(() -> new UnclearChoiceException(TRANSACTION_MANAGER_PROPERTY,
					"There is no single transaction manager for the persistence unit, and none of them is primary",
					candidates));
		return this.beans.getBean(chosen, PlatformTransactionManager.class);
	}

	private List<String> entityManagerFactories() {
		return candidates(EntityManagerFactory.class);
	}

	private List<String> candidates(Class<?> type) {
		return List.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beans, type, true, false));
	}

	private Optional<String> unambiguous(List<String> candidates) {
		List<Predicate<BeanDefinition>> narrower = List.of((definition) -> true,
				(definition) -> definition.isAutowireCandidate() && isDefaultCandidate(definition),
				BeanDefinition::isPrimary);
		return narrower.stream()
			.map((condition) -> candidates.stream().filter((bean) -> matches(bean, condition)).toList())
			.filter((matching) -> matching.size() == 1)
			.map((matching) -> matching.get(0))
			.findFirst();
	}

	private boolean matches(String bean, Predicate<BeanDefinition> condition) {
		return !this.beans.containsBeanDefinition(bean) || condition.test(this.beans.getMergedBeanDefinition(bean));
	}

	private static boolean isDefaultCandidate(BeanDefinition definition) {
		return !(definition instanceof AbstractBeanDefinition full) || full.isDefaultCandidate();
	}

	private List<String> unitNames(List<String> entityManagerFactories) {
		return entityManagerFactories.stream().map(this::unitName).toList();
	}

	private String unitName(String entityManagerFactory) {
		Object bean = this.beans.getBean(entityManagerFactory);
		return (bean instanceof EntityManagerFactoryInfo info) ? nameOf(info.getPersistenceUnitName()) : UNNAMED_UNIT;
	}

	private static String nameOf(@Nullable String unit) {
		return (unit != null) ? unit : UNNAMED_UNIT;
	}

	private static String missing(String property, String value, String kind) {
		return property + " is '" + value + "', but there is no single " + kind + " of that name";
	}

}
