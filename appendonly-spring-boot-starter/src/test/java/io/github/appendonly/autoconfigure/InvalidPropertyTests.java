package io.github.appendonly.autoconfigure;

import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.autoconfigure.empty.EmptyApplication;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What the log says of an application that does not start because of its properties.
 */
@ExtendWith(OutputCaptureExtension.class)
class InvalidPropertyTests {

	private static final String TYPE = "appendonly.stacks.orders.type=java.lang.String";

	private static void fails(SpringApplicationBuilder application, String... properties) {
		assertThat(catchThrowable(() -> application.web(WebApplicationType.NONE)
			.properties(TestDatabase.H2.create().properties())
			.properties("spring.flyway.enabled=false", "spring.jpa.hibernate.ddl-auto=none")
			.run(Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new)))).isNotNull();
	}

	private static void fails(String... properties) {
		fails(new SpringApplicationBuilder(EmptyApplication.class), properties);
	}

	private static void assertExplained(CapturedOutput output, String description, String action) {
		assertThat(output).contains("APPLICATION FAILED TO START")
			.containsSubsequence("Description:", description, "Action:", action);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					stacks.orders.max-layers=0    | .max-layers must be at least 1, but is 0          | .max-layers to 1 or more.
					stacks.orders.max-length=-1   | .max-length must be at least 1, but is -1         | .max-length to 1 or more.
					stacks.orders.keep-for-subscribers=-1 | .keep-for-subscribers must be at least 0, but is -1 | .keep-for-subscribers to 0 or more.
					stacks.orders.max-layers=many | .max-layers must be a whole number up to 2147483647, but is "many" | .max-layers to a whole
					stacks.orders.max-layers=3000000000 | .max-layers must be a whole number up to 2147483647, but is "3000000000" | .max-layers to a whole
					stacks.orders.max-layers=     | .max-layers must be a whole number up to 2147483647, but is "" | .max-layers to a whole
					stacks.orders.max-length=1.5  | .max-length must be a whole number up to 2147483647, but is "1.5"  | .max-length to a whole
					stacks.orders.retention=-1d   | .retention must be whole seconds from 0 to 1000 years, but is -24h | .retention to a time such as 90d.
					stacks.orders.retention=90ms  | .retention must be whole seconds from 0 to 1000 years, but is 0.09s | .retention to a time such as 90d.
					stacks.orders.retention=7776000 | .retention must be whole seconds from 0 to 1000 years, but is 186624000h | .retention to a time such as 90d.
					stacks.orders.retention=long  | .retention must be a time such as 90d, but is "long" | .retention to a time such as 90d.
					stacks.orders.max-bytes=-1B   | .max-bytes must be at least 0B, but is -1B        | .max-bytes to 0B or more.
					stacks.orders.max-bytes=1GiB  | .max-bytes must be a size such as 512MB, but is "1GiB" | .max-bytes to a size such as 512MB.
					stacks.orders.archive-max-layers=-1 | .archive-max-layers must be at least 0, but is -1 | .archive-max-layers to 0 or more.
					stacks.orders.archive-max-layers=1.5 | .archive-max-layers must be a whole number up to 9223372036854775807, but is "1.5" | .archive-max-layers to a whole
					stacks.orders.archive-max-bytes=-1B | .archive-max-bytes must be at least 0B, but is -1B | .archive-max-bytes to 0B or more.
					stacks.orders.key-retention=999ms | .key-retention must be from 1s to 36525d, but is 0.999s | .key-retention to a time such as 7d.
					stacks.orders.key-retention=36526d | .key-retention must be from 1s to 36525d, but is 876624h | .key-retention to a time such as 7d.
					stacks.orders.archive=maybe   | .archive must be true or false, but is "maybe"    | .archive to true or false.
					""")
	void valueThatAStackCannotHaveIsNamed(String setting, String problem, String remedy, CapturedOutput output) {
		fails(TYPE, "appendonly." + setting);
		assertExplained(output, "appendonly.stacks.orders" + problem, "Set appendonly.stacks.orders" + remedy);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			retry.max-retries=-1              | must be at least 0, but is -1
			retry.delay=-5ms                  | must be at least 0ms, but is -5ms
			retry.multiplier=0.5              | must be at least 1.0, but is 0.5
			retry.max-delay=0ms               | must be at least 1ms, but is 0ms
			retry.jitter=-1s                  | must be at least 0ms, but is -1000ms
			table-prefix=a-b                  | must consist of letters, digits and underscores
			follow.concurrency=0              | must be at least 1, but is 0
			follow.min-poll-interval=0        | must be at least 1ms, but is 0ms
			follow.max-poll-interval=4ms      | must be at least 5ms, but is 4ms
			audit-events.max-layers=0         | must be at least 1, but is 0
			audit-events.max-length=-3        | must be at least 1, but is -3
			audit-events.queue-capacity=0     | must be at least 1, but is 0
			audit-events.stack=               | must not be blank, but is ""
			http-exchanges.max-layers=0       | must be at least 1, but is 0
			http-exchanges.max-length=0       | must be at least 1, but is 0
			http-exchanges.queue-capacity=-10 | must be at least 1, but is -10
			http-exchanges.stack=             | must not be blank, but is ""
			""")
	void valueThatAnyOtherPropertyCannotHaveIsNamed(String property, String problem, CapturedOutput output) {
		fails("appendonly.audit-events.enabled=true", "appendonly.http-exchanges.enabled=true",
				"appendonly." + property);
		String name = "appendonly." + property.substring(0, property.indexOf('='));
		assertExplained(output, name + " " + problem, "\n");
	}

	@ParameterizedTest
	@CsvSource({ "stacks.orders.max-length=2,stacks.orders", "accumulators.mails.type=,accumulators.mails",
			"stacks.orders.type=,stacks.orders" })
	void missingTypeIsNamed(String setting, String structure, CapturedOutput output) {
		fails("appendonly." + setting);
		assertExplained(output, "appendonly." + structure + ".type is missing.",
				"Set appendonly." + structure + ".type to the fully qualified name");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					feed.max-layers=0  | feed.max-layers must be at least 1, but is 0 | Set appendonly.families.feed.max-layers to 1
					feed.prefix=       | feed.prefix must be a text of 1 to 199 characters, but is "" | Set appendonly.families.feed.prefix
					feed.member=a      | feed.member is set to "a", but there is no such setting | max-length, prefix, retention, type
					old.prefix=feed-o- | feed and appendonly.families.old share members: their prefixes are "feed-" and "feed-o-" | Change
					feed-2.archive=on  | feed-2.type is missing | Set appendonly.families.feed-2.type
					""")
	void valueThatAFamilyCannotHaveIsNamed(String setting, String problem, String remedy, CapturedOutput output) {
		fails("appendonly.families.feed.type=java.lang.String",
				setting.startsWith("old") ? "appendonly.families.old.type=java.lang.String" : TYPE,
				"appendonly.families." + setting);
		assertExplained(output, "appendonly.families." + problem, remedy);
	}

	@ParameterizedTest
	@CsvSource({ "stacks.orders", "accumulators.mails" })
	void unknownTypeIsNamed(String structure, CapturedOutput output) {
		fails("appendonly." + structure + ".type=com.example.Missing");
		assertExplained(output, "appendonly." + structure + ".type names the class 'com.example.Missing'",
				"Correct appendonly." + structure + ".type");
	}

	@Test
	void settingThatDoesNotExistIsNamedWithThoseThatDo(CapturedOutput output) {
		fails(TYPE, "appendonly.stacks.orders.max-lenght=3");
		assertExplained(output, "appendonly.stacks.orders.max-lenght is set to \"3\", but there is no such setting.",
				"The settings are archive, archive-max-bytes, archive-max-layers, keep-for-subscribers, key-retention, max-bytes, "
						+ "max-layers, max-length, retention, type: correct or remove appendonly.stacks.orders.max-lenght.");
	}

	@Test
	void timeThatAnAccumulatorCannotHaveIsNamed(CapturedOutput output) {
		fails("appendonly.accumulators.mails.type=java.lang.String", "appendonly.accumulators.mails.key-retention=0s");
		assertExplained(output, "appendonly.accumulators.mails.key-retention must be from 1s to 36525d, but is 0s",
				"Set appendonly.accumulators.mails.key-retention to a time such as 7d.");
	}

	@Test
	void settingThatAnAccumulatorDoesNotHaveIsNamed(CapturedOutput output) {
		fails("appendonly.accumulators.mails.type=java.lang.String", "appendonly.accumulators.mails.max-length=3");
		assertExplained(output,
				"appendonly.accumulators.mails.max-length is set to \"3\", but there is no such setting.",
				"The settings are key-retention, type: correct or remove appendonly.accumulators.mails.max-length.");
	}

	@Test
	void nameWithDotsIsToBeWrittenInBrackets(CapturedOutput output) {
		fails("appendonly.stacks.team.news.type=java.lang.String");
		assertExplained(output, "appendonly.stacks.team.news.type is set to \"java.lang.String\"",
				"If the name has dots, write appendonly.stacks[team.news].type. If it has hyphens, write "
						+ "appendonly.stacks.team-news.type");
	}

	@Test
	void valueInPlaceOfSettingsIsNamed(CapturedOutput output) {
		fails("appendonly.stacks.orders=java.lang.String");
		assertExplained(output, "appendonly.stacks.orders has a value of its own",
				"Remove the value, and set appendonly.stacks.orders.type.");
	}

	@Test
	void componentThatHasTheNameOfAStackIsNamed(CapturedOutput output) {
		fails(new SpringApplicationBuilder(Taken.class), "appendonly.stacks.audit.type=java.lang.String");
		assertExplained(output,
				"appendonly.stacks.audit makes a bean of the name 'audit', but the application has another bean of that "
						+ "name, defined in ",
				"Rename one of them.");
		assertThat(output).contains("defined in " + Taken.class.getName());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			stacks.mails.type       | accumulators.mails | accumulators.mails.type | stacks.mails
			stacks.mails.type       | families.mails     | families.mails.type     | stacks.mails
			stacks.orders.archive   | stacks.[a-z-]+     | stacks.orders-archive.type | stacks.[a-z-]+
			""")
	void structuresWithOneBeanNameAreNamed(String one, String first, String other, String second,
			CapturedOutput output) {
		fails(TYPE, "appendonly." + one + "=" + (one.endsWith("archive") ? "true" : "java.lang.String"),
				"appendonly." + other + "=java.lang.String");
		assertThat(output.getOut()).containsPattern("appendonly." + first
				+ " makes a bean of the name '[a-zA-Z]+', but the application has another bean of that name, defined in appendonly."
				+ second + "\\.");
	}

	@Test
	void beanThatComesLaterAndHasTheNameOfAStackIsExplainedToo(CapturedOutput output) {
		fails("appendonly.stacks.application-task-executor.type=java.lang.String");
		assertExplained(output,
				"appendonly.stacks.application-task-executor makes a bean of the name 'applicationTaskExecutor', but",
				"Rename one of them.");
	}

	@ParameterizedTest
	@CsvSource({ "stacks.environment,environment", "stacks.message-source,messageSource",
			"stacks[systemProperties],systemProperties", "accumulators.environment,environment" })
	void nameOfABeanOfSpringItselfIsTaken(String structure, String bean, CapturedOutput output) {
		fails("appendonly." + structure + ".type=java.lang.String");
		assertExplained(output,
				"appendonly." + structure + " makes a bean of the name '" + bean + "', which Spring uses itself.",
				"Rename it, or remove it from the properties and declare a bean for it with AppendOnlyStructures.");
	}

	@Test
	void stacksThatFitOneInjectionPointAreNamedWithTheirProperties(CapturedOutput output) {
		fails(new SpringApplicationBuilder(Undecided.class), "appendonly.stacks.orders.type=java.lang.String",
				"appendonly.stacks.old-orders.type=java.lang.String");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("- orders: defined in appendonly.stacks.orders")
			.contains("- oldOrders: defined in appendonly.stacks.old-orders");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Taken {

		@Bean
		Object audit() {
			return "own";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Undecided {

		@Bean
		Object reader(AppendStack<String> stack) {
			return stack;
		}

	}

}
