package io.github.appendonly.actuate.recording;

import java.nio.file.Path;
import java.util.List;

import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.SmallJvm;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Audit events that are stored when they have been published, by an application whose
 * pool has one connection.
 */
class DurableAuditTests {

	private static ConfigurableApplicationContext start(TestDatabase.Url url) {
		return new SpringApplicationBuilder(EmptyApplication.class).web(WebApplicationType.NONE)
			.properties(url.properties())
			.properties("appendonly.jdbc.initialize-schema=always", "spring.flyway.enabled=false",
					"spring.jpa.hibernate.ddl-auto=none", "appendonly.audit-events.enabled=true",
					"appendonly.audit-events.durable=true", "spring.datasource.hikari.maximum-pool-size=1",
					"spring.datasource.hikari.connection-timeout=20000")
			.run();
	}

	private static void deny(ConfigurableApplicationContext node, Runnable afterwards) {
		TransactionTemplate transaction = new TransactionTemplate(node.getBean(PlatformTransactionManager.class));
		transaction.executeWithoutResult((status) -> {
			assertThat(node.getBean(JdbcClient.class).sql("select 1").query(Integer.class).single()).isOne();
			node.publishEvent(new AuditApplicationEvent("eve", "DENIED", "file=7"));
			afterwards.run();
			status.setRollbackOnly();
		});
	}

	private static List<String> found(ConfigurableApplicationContext node) {
		return node.getBean(AuditEventRepository.class)
			.find(null, null, null)
			.stream()
			.map((event) -> event.getPrincipal() + " " + event.getType() + " " + event.getData())
			.toList();
	}

	@ParameterizedTest
	@EnumSource
	void eventOfADeniedRequestSurvivesTheRollbackAndAKill(TestDatabase database, @TempDir Path directory)
			throws Exception {
		TestDatabase.Url url = (database == TestDatabase.POSTGRESQL) ? database.create()
				: new TestDatabase.Url("jdbc:h2:file:" + directory.resolve("database") + ";WRITE_DELAY=0");
		SmallJvm.run("128m", DurableAuditTests.class, url, directory.resolve("output"));
		try (ConfigurableApplicationContext node = start(url)) {
			assertThat(node.getBeansOfType(BackgroundWriter.class)).isEmpty();
			assertThat(found(node)).containsExactly("eve DENIED {file=7}");
			deny(node, () -> {
			});
			assertThat(found(node)).hasSize(2);
			node.getBean(AuditEventRepository.class).add(new AuditEvent("ann", "READ"));
			assertThat(found(node)).hasSize(3).endsWith("ann READ {}");
			JdbcClient jdbc = node.getBean(JdbcClient.class);
			jdbc.sql("alter table appendonly_inbox rename to no_inbox").update();
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> deny(node, () -> {
			}));
			jdbc.sql("alter table no_inbox rename to appendonly_inbox").update();
			assertThat(found(node)).hasSize(3);
		}
	}

	/**
	 * Dies as soon as a request is denied, before its transaction ends.
	 */
	public static void main(String[] args) {
		deny(start(new TestDatabase.Url(args[0])), () -> Runtime.getRuntime().halt(0));
	}

}
