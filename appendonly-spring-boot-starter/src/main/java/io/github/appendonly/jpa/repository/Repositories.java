package io.github.appendonly.jpa.repository;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.persistence.EntityManagerFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.dao.support.PersistenceExceptionTranslationInterceptor;
import org.springframework.data.jpa.repository.support.JpaRepositoryFactory;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.orm.jpa.hibernate.HibernateExceptionTranslator;
import org.springframework.util.function.SingletonSupplier;

/**
 * The repositories of one persistence unit. Each is created when it is first used.
 */
public final class Repositories {

	/*
	 * Spring Data and Hibernate translate all queries of a repository when it is created.
	 * In a new JVM, that takes longer than everything else that the structures do at
	 * start. So repositories are created in parallel with the start of the application,
	 * or by the thread that first uses one.
	 *
	 * Some interfaces are package-private. Only the class loader that has loaded them can
	 * make their proxies, and the class loader of the calling thread may be another one.
	 */

	private static final ClassLoader classLoader = Repositories.class.getClassLoader();

	private final JpaRepositoryFactory factory;

	private final Map<Class<?>, Object> proxies = new ConcurrentHashMap<>();

	private final List<SingletonSupplier<?>> repositories = new CopyOnWriteArrayList<>();

	/**
	 * Creates no repository yet.
	 * @param entityManagerFactory the persistence unit
	 */
	public Repositories(EntityManagerFactory entityManagerFactory) {
		this.factory = new JpaRepositoryFactory(
				SharedEntityManagerCreator.createSharedEntityManager(entityManagerFactory));
		this.factory.setBeanClassLoader(classLoader);
		this.factory.addRepositoryProxyPostProcessor((proxies, information) -> proxies
			.addAdvice(new PersistenceExceptionTranslationInterceptor(new HibernateExceptionTranslator())));
	}

	/**
	 * Returns the repository of a type, which is made when it is first used. It may only
	 * be called while the structures are created.
	 */
	public <R> R get(Class<R> type) {
		return type.cast(this.proxies.computeIfAbsent(type, (key) -> {
			SingletonSupplier<R> repository = SingletonSupplier.of(() -> make(type));
			this.repositories.add(repository);
			return Proxy.newProxyInstance(classLoader, new Class<?>[] { type }, (proxy, method, arguments) -> AopUtils
				.invokeJoinpointUsingReflection(repository.obtain(), method, arguments));
		}));
	}

	private synchronized <R> R make(Class<R> type) {
		return this.factory.getRepository(type);
	}

	/**
	 * Creates the repositories that are not used yet. It takes no connection.
	 */
	public void makeAll() {
		this.repositories.forEach(SingletonSupplier::obtain);
	}

}
