package io.github.appendonly.jpa;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;

/**
 * A pool that remembers the statements. Tests set {@link #SETTING} for a node.
 */
public class CountingDataSource extends HikariDataSource {

	/** The setting of a node that counts its statements. */
	public static final String SETTING = "spring.datasource.type=" + CountingDataSource.class.getName();

	private final List<String> statements = new CopyOnWriteArrayList<>();

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		return (Connection) Proxy.newProxyInstance(CountingDataSource.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("prepareStatement")) {
						this.statements.add((String) arguments[0]);
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	/**
	 * Returns the statements of a node during some work, on all threads.
	 */
	public static List<String> during(Node node, Runnable work) {
		CountingDataSource dataSource = (CountingDataSource) node.bean(javax.sql.DataSource.class);
		dataSource.statements.clear();
		work.run();
		return List.copyOf(dataSource.statements);
	}

}
