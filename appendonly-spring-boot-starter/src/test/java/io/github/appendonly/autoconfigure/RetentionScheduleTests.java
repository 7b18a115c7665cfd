package io.github.appendonly.autoconfigure;

import java.time.Duration;

import io.github.appendonly.AppendStack;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class RetentionScheduleTests {

	private static final String[] LOGINS = { "appendonly.stacks.logins.type=java.lang.String",
			"appendonly.stacks.logins.max-length=3", "appendonly.stacks.logins.retention=90d" };

	private static ConfigurableApplicationContext start(TestDatabase.Url url, String... properties) {
		String[] all = new String[LOGINS.length + properties.length];
		System.arraycopy(LOGINS, 0, all, 0, LOGINS.length);
		System.arraycopy(properties, 0, all, LOGINS.length, properties.length);
		return UserApplication.start(EmptyApplication.class, url, all);
	}

	/**
	 * The schedule finds what an application without it has left.
	 */
	@ParameterizedTest
	@EnumSource
	@SuppressWarnings("unchecked")
	void itemsExpireWhileTheApplicationRuns(TestDatabase database, CapturedOutput output) {
		TestDatabase.Url url = database.create();
		try (ConfigurableApplicationContext context = start(url, "appendonly.retention.enabled=false")) {
			context.getBean("logins", AppendStack.class).push("a");
			assertThat(context.getBean(RetentionLifecycle.class).isRunning()).isFalse();
		}
		UserApplication.jdbc(url)
			.sql("update appendonly_slice set written_at = written_at - interval '91' day")
			.update();
		UserApplication.jdbc(url)
			.sql("update appendonly_stack set retention_due = retention_due - interval '91' day")
			.update();
		try (ConfigurableApplicationContext context = start(url, "appendonly.retention.enabled=true",
				"appendonly.retention.interval=1s", "logging.level.io.github.appendonly.jpa.retention=info")) {
			assertThat(context.getBean(RetentionLifecycle.class).isRunning()).isTrue();
			AppendStack<String> stack = context.getBean("logins", AppendStack.class);
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(stack::isEmpty);
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> output.getOut()
					.contains("Retention has removed 1 layers of stacks and 0 layers of archives with 1 items"));
		}
	}

}
