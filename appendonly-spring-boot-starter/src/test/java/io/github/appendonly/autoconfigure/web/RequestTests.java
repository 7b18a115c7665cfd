package io.github.appendonly.autoconfigure.web;

import java.math.BigDecimal;
import java.util.List;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Position;
import io.github.appendonly.autoconfigure.AppendOnlyJacksonAutoConfiguration;
import io.github.appendonly.docs.Order;
import io.github.appendonly.docs.OrderFeed;
import io.github.appendonly.memory.InMemoryAppendStack;
import io.github.appendonly.memory.InMemoryArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.HandlerExceptionResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What an application's controllers answer to cursors and limits of requests.
 */
class RequestTests {

	private final WebApplicationContextRunner plain = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class,
				AppendOnlyJacksonAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
				WebMvcAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
				ErrorMvcAutoConfiguration.class, AppendOnlyWebMvcAutoConfiguration.class))
		.withUserConfiguration(Application.class);

	private final WebApplicationContextRunner runner = this.plain
		.withPropertyValues("spring.mvc.problemdetails.enabled=true");

	private static MvcTestResult get(AssertableWebApplicationContext context, String uri) {
		return MockMvcTester.from(context).get().uri(uri).exchange();
	}

	private static void assertProblem(MvcTestResult answer, String detail) {
		assertThat(answer).hasStatus(HttpStatus.BAD_REQUEST).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(answer).bodyJson().extractingPath("$.detail").isEqualTo(detail);
	}

	@Test
	void cursorsAndLimitsAreRead() {
		this.runner.run((context) -> {
			assertThat(get(context, "/orders?limit=1")).hasStatusOk()
				.bodyJson()
				.isLenientlyEqualTo("{\"entries\":[{\"position\":\"0-0\"}],\"cursor\":\"0-0\",\"caughtUp\":false}");
			assertThat(get(context, "/orders?cursor=0-0")).hasStatusOk()
				.bodyJson()
				.isLenientlyEqualTo("{\"entries\":[{\"position\":\"0-1\"}],\"cursor\":\"0-1\",\"caughtUp\":true}");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "-2147483648" })
	void limitBelowOneIsABadRequestThatNamesTheParameter(String limit) {
		this.runner.run((context) -> assertProblem(get(context, "/orders?limit=" + limit),
				"Parameter 'limit' must be at least 1, but is " + limit));
	}

	@Test
	void limitOfAnyNameAndMethodIsABadRequestThatNamesTheParameter() {
		this.runner.run((context) -> {
			for (String read : List.of("newest", "older", "oldest")) {
				assertProblem(get(context, "/pages/" + read + "?page=3&size=0"),
						"Parameter 'size' must be at least 1, but is 0");
			}
		});
	}

	@ParameterizedTest
	@CsvSource({ "limit,many", "limit,99999999999", "cursor,7", "cursor,7-3-1", "cursor,latest" })
	void textThatCannotBeReadIsABadRequestThatNamesTheParameter(String parameter, String value) {
		this.runner.run((context) -> assertProblem(get(context, "/orders?" + parameter + "=" + value),
				"Failed to convert '" + parameter + "' with value: '" + value + "'"));
	}

	@Test
	void withoutProblemDetailsTheyAreBadRequestsToo() {
		this.plain.run((context) -> {
			assertThat(get(context, "/orders?limit=0")).hasStatus(HttpStatus.BAD_REQUEST);
			assertThat(get(context, "/orders?cursor=7")).hasStatus(HttpStatus.BAD_REQUEST);
			assertThat(get(context, "/orders?limit=0").getResponse().getErrorMessage())
				.isEqualTo("Parameter 'limit' must be at least 1, but is 0");
		});
	}

	@Test
	void limitThatIsNotFromTheRequestIsAnErrorOfTheApplication() {
		this.runner.run((context) -> {
			MvcTestResult answer = get(context, "/pages/own?size=7");
			assertThat(answer).failure().hasRootCauseMessage("limit must be at least 1, but is 0");
		});
	}

	@Test
	void otherIllegalArgumentsStayErrorsOfTheApplication() {
		this.runner.run((context) -> assertThat(get(context, "/pages/fails?size=0")).failure()
			.hasRootCauseMessage("size must be at least 1, but is 0"));
	}

	@Test
	void handlersOfTheApplicationComeFirst() {
		this.runner.withUserConfiguration(OwnHandler.class)
			.run((context) -> assertThat(get(context, "/orders?limit=0")).hasStatus(HttpStatus.OK)
				.bodyText()
				.isEqualTo("own: limit must be at least 1, but is 0"));
	}

	@Test
	void backsOffWithoutSpringMvcAndForABeanOfItsName() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AppendOnlyWebMvcAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("appendOnlyLimitExceptionResolver"));
		new WebApplicationContextRunner().withClassLoader(new FilteredClassLoader(HandlerExceptionResolver.class))
			.withConfiguration(AutoConfigurations.of(AppendOnlyWebMvcAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("appendOnlyLimitExceptionResolver"));
		this.runner.withBean("appendOnlyLimitExceptionResolver", String.class, () -> "none")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LimitExceptionResolver.class));
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ OrderFeed.class, Pages.class })
	static class Application {

		@Bean
		AppendStack<Order> recentOrders() {
			AppendStack<Order> stack = new InMemoryAppendStack<>();
			stack.pushAll(List.of(new Order("1", BigDecimal.ONE), new Order("2", BigDecimal.ONE)));
			return stack;
		}

		@Bean
		History<Order> recentOrdersHistory(AppendStack<Order> recentOrders) {
			return new History<>(recentOrders, new InMemoryArchive<>());
		}

	}

	@RestController
	static class Pages {

		private final AppendStack<Order> stack;

		Pages(AppendStack<Order> stack) {
			this.stack = stack;
		}

		@GetMapping("/pages/newest")
		List<Entry<Order>> newest(@RequestParam int size) {
			return this.stack.newest(size);
		}

		@GetMapping("/pages/older")
		List<Entry<Order>> older(@RequestParam int size) {
			return this.stack.older(new Position(0, 1), size);
		}

		@GetMapping("/pages/oldest")
		Changes<Order> oldest(@RequestParam int size) {
			return this.stack.fromOldest(size);
		}

		@GetMapping("/pages/own")
		List<Entry<Order>> own() {
			return this.stack.newest(0);
		}

		@GetMapping("/pages/fails")
		void fails() {
			throw new IllegalArgumentException("size must be at least 1, but is 0");
		}

	}

	@RestControllerAdvice
	static class OwnHandler {

		@ExceptionHandler
		String handle(IllegalArgumentException ex) {
			return "own: " + ex.getMessage();
		}

	}

}
