package io.github.appendonly.autoconfigure;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import io.github.appendonly.jpa.follow.ConnectionSource;
import jakarta.persistence.EntityManagerFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.datasource.AbstractDriverBasedDataSource;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.util.ClassUtils;

/**
 * Makes connections to the database of a persistence unit that do not belong to its pool.
 * They use the driver, URL and credentials of the pool.
 */
final class ListenConnections {

	private static final Log logger = LogFactory.getLog(ListenConnections.class);

	private static final boolean HIKARI = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			ListenConnections.class.getClassLoader());

	/** What the server shows of these connections, unless the URL says something else. */
	private static final String APPLICATION_NAME = "appendonly-notify";

	private ListenConnections() {
	}

	/**
	 * Returns what makes the connections.
	 * @return nothing if it is not known how; a warning then says why
	 */
	static Optional<ConnectionSource> of(EntityManagerFactory entityManagerFactory, ListableBeanFactory beans) {
		DataSource dataSource = (entityManagerFactory instanceof EntityManagerFactoryInfo info) ? info.getDataSource()
				: null;
		Optional<ConnectionSource> source = (dataSource != null) ? of(dataSource, beans) : Optional.empty();
		if (source.isEmpty()) {
			logger.warn("appendonly.follow.notify=true has no effect: it needs a connection outside of the pool, and"
					+ " it is not known how to make one for the data source " + describe(dataSource)
					+ ". Known are HikariCP, the data sources of Spring Boot, and those that are no pools."
					+ " Followers find what is new by looking");
		}
		return source;
	}

	private static Optional<ConnectionSource> of(DataSource dataSource, ListableBeanFactory beans) {
		if (HIKARI) {
			HikariDataSource pool = DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class,
					HikariDataSource.class);
			if (pool != null && (pool.getDataSource() != null || pool.getJdbcUrl() != null)) {
				return Optional.of(() -> OfHikari.open(pool));
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
							new Properties()))
				: Optional.empty();
	}

	private static String describe(@Nullable DataSource dataSource) {
		return (dataSource != null) ? dataSource.getClass().getName() : "of this persistence unit";
	}

	private static Connection open(String url, @Nullable String user, @Nullable String password, Properties properties)
			throws SQLException {
		Properties all = new Properties();
		all.setProperty("ApplicationName", APPLICATION_NAME);
		all.setProperty("tcpKeepAlive", "true");
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

		static Connection open(HikariDataSource pool) throws SQLException {
			Credentials credentials = pool.getCredentials(); // they may change
			DataSource given = pool.getDataSource();
			if (given == null) {
				return ListenConnections.open(pool.getJdbcUrl(), credentials.getUsername(), credentials.getPassword(),
						pool.getDataSourceProperties());
			}
			return (credentials.getUsername() != null)
					? given.getConnection(credentials.getUsername(), credentials.getPassword()) : given.getConnection();
		}

	}

}
