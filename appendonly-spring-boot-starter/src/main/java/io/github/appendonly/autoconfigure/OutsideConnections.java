package io.github.appendonly.autoconfigure;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import io.github.appendonly.jpa.transaction.ConnectionSource;
import jakarta.persistence.EntityManagerFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.datasource.AbstractDriverBasedDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.util.ClassUtils;

/**
 * Makes connections to the database of a persistence unit that do not belong to its pool.
 * They use the driver, URL and credentials of the pool.
 */
final class OutsideConnections {

	private static final Log logger = LogFactory.getLog(OutsideConnections.class);

	private static final boolean HIKARI = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			OutsideConnections.class.getClassLoader());

	/** A database of this URL belongs to one connection. */
	private static final String PRIVATE_DATABASE = "jdbc:h2:mem:(;.*)?";

	/** Proxies that hand over the connections of their target as they are. */
	private static final Set<Class<?>> TRANSPARENT = Set.of(LazyConnectionDataSourceProxy.class,
			TransactionAwareDataSourceProxy.class);

	private static final Set<Class<?>> NO_POOLS = Set.of(DriverManagerDataSource.class, SimpleDriverDataSource.class);

	/**
	 * What PostgreSQL shows of these connections, unless the pool says something else.
	 */
	private static final String NOTIFY = "appendonly-notify";

	private static final String PUSHES = "appendonly";

	private OutsideConnections() {
	}

	/**
	 * Returns what makes the connections on which notifications arrive. Any connection to
	 * the database will do.
	 * @return nothing if it is not known how; a warning then says why
	 */
	static Optional<ConnectionSource> forNotifications(EntityManagerFactory entityManagerFactory,
			ListableBeanFactory beans) {
		DataSource dataSource = dataSource(entityManagerFactory);
		Optional<ConnectionSource> source = (dataSource != null) ? forNotifications(dataSource, beans)
				: Optional.empty();
		if (source.isEmpty()) {
			logger.warn("appendonly.follow.notify=true has no effect: it needs a connection outside of the pool, and"
					+ " it is not known how to make one for the data source " + describe(dataSource)
					+ ". Known are HikariCP, the data sources of Spring Boot, and those that are no pools."
					+ " Followers find what is new by looking");
		}
		return source;
	}

	private static Optional<ConnectionSource> forNotifications(DataSource dataSource, ListableBeanFactory beans) {
		if (HIKARI) {
			HikariDataSource pool = DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class,
					HikariDataSource.class);
			if (pool != null && (pool.getDataSource() != null || pool.getJdbcUrl() != null)) {
				return Optional.of(() -> OfHikari.open(pool, NOTIFY));
			}
		}
		AbstractDriverBasedDataSource driver = DataSourceUnwrapper.unwrap(dataSource,
				AbstractDriverBasedDataSource.class);
		if (driver != null) {
			return Optional.of(driver::getConnection);
		}
		return (beans.getBeanNamesForType(DataSource.class).length == 1)
				? Optional.ofNullable(beans.getBeanProvider(JdbcConnectionDetails.class).getIfAvailable())
					.map((details) -> () -> open(details.getJdbcUrl(), details.getUsername(), details.getPassword(),
							new Properties(), NOTIFY))
				: Optional.empty();
	}

	/**
	 * Returns what makes the connections on which pushes are written. They must see the
	 * same tables with the same rights as those of the pool. So only data sources are
	 * known that do nothing else to a connection: a wrapper of the application might.
	 * @return nothing if it is not known how
	 */
	static Optional<ConnectionSource> forPushes(EntityManagerFactory entityManagerFactory) {
		DataSource dataSource = dataSource(entityManagerFactory);
		while (dataSource != null && TRANSPARENT.contains(dataSource.getClass())) {
			dataSource = ((DelegatingDataSource) dataSource).getTargetDataSource();
		}
		if (dataSource != null && HIKARI && OfHikari.isPool(dataSource)) {
			HikariDataSource pool = (HikariDataSource) dataSource;
			return (pool.getDataSource() == null && isShared(pool.getJdbcUrl()))
					? Optional.of(() -> OfHikari.open(pool, PUSHES)) : Optional.empty();
		}
		return (dataSource instanceof AbstractDriverBasedDataSource driver && NO_POOLS.contains(driver.getClass())
				&& isShared(driver.getUrl())) ? Optional.of(driver::getConnection) : Optional.empty();
	}

	private static @Nullable DataSource dataSource(EntityManagerFactory entityManagerFactory) {
		return (entityManagerFactory instanceof EntityManagerFactoryInfo info) ? info.getDataSource() : null;
	}

	private static boolean isShared(@Nullable String url) {
		return url != null && !url.matches(PRIVATE_DATABASE);
	}

	private static String describe(@Nullable DataSource dataSource) {
		return (dataSource != null) ? dataSource.getClass().getName() : "of this persistence unit";
	}

	private static Connection open(String url, @Nullable String user, @Nullable String password, Properties properties,
			String applicationName) throws SQLException {
		Properties all = new Properties();
		if (url.startsWith("jdbc:postgresql:")) {
			all.setProperty("ApplicationName", applicationName);
			all.setProperty("tcpKeepAlive", "true");
		}
		all.putAll(properties);
		if (user != null) {
			all.setProperty("user", user);
		}
		if (password != null) {
			all.setProperty("password", password);
		}
		return DriverManager.getConnection(url, all);
	}

	/**
	 * Only loaded if HikariCP is present.
	 */
	private static final class OfHikari {

		static boolean isPool(@Nullable DataSource dataSource) {
			return dataSource != null && dataSource.getClass() == HikariDataSource.class;
		}

		static Connection open(HikariDataSource pool, String applicationName) throws SQLException {
			Connection connection = connect(pool, applicationName);
			try {
				prepare(connection, pool);
				return connection;
			}
			catch (SQLException | RuntimeException | Error ex) {
				connection.close();
				throw ex;
			}
		}

		private static Connection connect(HikariDataSource pool, String applicationName) throws SQLException {
			Credentials credentials = pool.getCredentials(); // they may change
			DataSource given = pool.getDataSource();
			if (given == null) {
				return OutsideConnections.open(pool.getJdbcUrl(), credentials.getUsername(), credentials.getPassword(),
						pool.getDataSourceProperties(), applicationName);
			}
			return (credentials.getUsername() != null)
					? given.getConnection(credentials.getUsername(), credentials.getPassword()) : given.getConnection();
		}

		/**
		 * Prepares a connection as the pool does, so that names mean the same tables.
		 */
		private static void prepare(Connection connection, HikariDataSource pool) throws SQLException {
			if (pool.getCatalog() != null) {
				connection.setCatalog(pool.getCatalog());
			}
			if (pool.getSchema() != null) {
				connection.setSchema(pool.getSchema());
			}
			if (pool.getConnectionInitSql() != null) {
				try (Statement statement = connection.createStatement()) {
					statement.execute(pool.getConnectionInitSql());
				}
			}
		}

	}

}
