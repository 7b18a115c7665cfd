package io.github.appendonly.actuate.recording;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Breaks a connection when something has been committed, so that whoever did so does not
 * get to know.
 */
public final class BreakingConnections implements BeanPostProcessor {

	private final AtomicBoolean breaking = new AtomicBoolean();

	/**
	 * Breaks the next connection that writes.
	 */
	public void breakNext() {
		this.breaking.set(true);
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return (bean instanceof DataSource dataSource) ? new DelegatingDataSource(dataSource) {

			@Override
			public Connection getConnection() throws SQLException {
				return connection(super.getConnection());
			}

		} : bean;
	}

	private Connection connection(Connection connection) {
		return proxy(Connection.class, (proxy, method, arguments) -> {
			Object result = invoke(connection, method, arguments);
			if (method.getName().equals("commit")) {
				breakOff();
			}
			return (result instanceof PreparedStatement prepared && connection.getAutoCommit()
					&& String.valueOf(arguments[0]).contains("insert into")) ? statement(prepared) : result;
		});
	}

	private PreparedStatement statement(PreparedStatement statement) {
		return proxy(PreparedStatement.class, (proxy, method, arguments) -> {
			Object result = invoke(statement, method, arguments);
			if (method.getName().startsWith("execute")) {
				breakOff();
			}
			return result;
		});
	}

	private void breakOff() throws SQLException {
		if (this.breaking.getAndSet(false)) {
			throw new SQLException("This connection has been closed", "08006");
		}
	}

	private static @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments)
			throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	@SuppressWarnings("unchecked")
	private static <T> T proxy(Class<T> type, InvocationHandler handler) {
		return (T) Proxy.newProxyInstance(BreakingConnections.class.getClassLoader(), new Class<?>[] { type }, handler);
	}

}
