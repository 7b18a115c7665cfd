package io.github.appendonly.jpa.table;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

import jakarta.persistence.EntityManager;
import org.springframework.aop.support.AopUtils;
import org.springframework.dao.support.PersistenceExceptionTranslationInterceptor;
import org.springframework.data.jpa.repository.support.JpaRepositoryFactory;
import org.springframework.orm.jpa.hibernate.HibernateExceptionTranslator;
import org.springframework.util.function.SingletonSupplier;

/**
 * The repositories of one persistence unit, each made when it is first used.
 */
final class Repositories {

	/*
	 * Spring Data and Hibernate both translate all queries of a repository when it is
	 * made. In a JVM that has just started that takes longer than everything else that
	 * the structures do at start; so it is done beside the start of the application, or
	 * by whoever comes first.
	 *
	 * The interfaces are package-private: only the class loader that has them can make
	 * proxies of them, which need not be that of the calling thread.
	 */

	private static final ClassLoader classLoader = Repositories.class.getClassLoader();

	private final JpaRepositoryFactory factory;

	private final List<SingletonSupplier<?>> repositories = new ArrayList<>();

	Repositories(EntityManager entityManager) {
		this.factory = new JpaRepositoryFactory(entityManager);
		this.factory.setBeanClassLoader(classLoader);
		this.factory.addRepositoryProxyPostProcessor((proxies, information) -> proxies
			.addAdvice(new PersistenceExceptionTranslationInterceptor(new HibernateExceptionTranslator())));
	}

	/**
	 * Gives a repository, to be called while the structures are put together.
	 */
	<R> R get(Class<R> type) {
		SingletonSupplier<R> repository = SingletonSupplier.of(() -> make(type));
		this.repositories.add(repository);
		return type.cast(Proxy.newProxyInstance(classLoader, new Class<?>[] { type }, (proxy, method,
				arguments) -> AopUtils.invokeJoinpointUsingReflection(repository.obtain(), method, arguments)));
	}

	private synchronized <R> R make(Class<R> type) {
		return this.factory.getRepository(type);
	}

	/**
	 * Makes those that nobody has used yet. Takes no connection.
	 */
	void makeAll() {
		this.repositories.forEach(SingletonSupplier::obtain);
	}

}
