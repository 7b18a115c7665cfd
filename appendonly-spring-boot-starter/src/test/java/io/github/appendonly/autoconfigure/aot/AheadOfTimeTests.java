package io.github.appendonly.autoconfigure.aot;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.appendonly.AppendStack;
import io.github.appendonly.History;
import io.github.appendonly.jpa.AppendOnlyStructures;
import io.github.appendonly.subscriber.AppendStackListener;
import io.github.appendonly.subscriber.Subscribers;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is prepared when it is built, and started from what that gave.
 */
class AheadOfTimeTests {

	private static final TestPropertyValues PROPERTIES = TestPropertyValues.of(
			"spring.datasource.generate-unique-name=true", "spring.flyway.enabled=false",
			"spring.liquibase.enabled=false", "appendonly.stacks.recent-shapes.type=" + Shape.class.getName(),
			"appendonly.stacks.recent-shapes.archive=true", "appendonly.stacks.recent-shapes.max-layers=1",
			"appendonly.stacks.recent-shapes.max-length=1");

	private final TestGenerationContext generation = new TestGenerationContext(Application.class);

	/*
	 * All in one, as the compiler takes its time.
	 */
	@Test
	@CompileWithForkedClassLoader
	void preparedApplicationHasWorkingStacksByTheirGenericTypes() {
		runPrepared((context) -> {
			AppendStack<Shape> stack = context.getBeanProvider(new ParameterizedTypeReference<AppendStack<Shape>>() {
			}).getObject();
			stack.push(new Circle(2));
			stack.push(new Square(3));
			assertThat(stack).isSameAs(context.getBean("recentShapes"));
			assertThat(stack.newest(10)).extracting((entry) -> entry.item()).containsExactly(new Square(3));
			History<Shape> history = context.getBeanProvider(new ParameterizedTypeReference<History<Shape>>() {
			}).getObject();
			assertThat(history.newest(10)).extracting((entry) -> entry.item())
				.containsExactly(new Square(3), new Circle(2));
			AppendStack<List<Basket>> baskets = context
				.getBeanProvider(new ParameterizedTypeReference<AppendStack<List<Basket>>>() {
				})
				.getObject();
			baskets.push(List.of(new Basket(List.of(new Apple("Cox", BigDecimal.ONE)))));
			assertThat(baskets.newest().orElseThrow().item()).hasSize(1);
			context.getBean(Subscribers.class).awaitCaughtUp("drawer", Duration.ofMinutes(1));
			assertThat(context.getBean(Drawing.class).drawn()).containsExactly(new Circle(2), new Square(3));
		});
	}

	@Test
	void nativeImageIsToldOfWhatItCannotSee() {
		process();
		assertBound(Shape.class, Circle.class, Square.class);
		assertBound(Basket.class, Fruit.class, Apple.class);
		RuntimeHints hints = this.generation.getRuntimeHints();
		for (String entity : List.of("StackRow", "SliceRow", "InboxRow", "AccumulatorRow", "ArchivedLayerRow",
				"SetAsideRow")) {
			assertThat(RuntimeHintsPredicates.reflection()
				.onType(TypeReference.of("io.github.appendonly.jpa.entity." + entity))).accepts(hints);
		}
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(TypeReference.of("io.github.appendonly.autoconfigure.AppendOnlyProperties$Stack"))).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Drawer.class, "draw")).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Drawing.class, "draw")).accepts(hints);
		for (String database : List.of("h2", "postgresql")) {
			for (String script : List.of("0001-create.sql", "0002-set-aside.sql")) {
				assertThat(RuntimeHintsPredicates.resource().forResource("db/appendonly/" + database + "/" + script))
					.accepts(hints);
			}
		}
	}

	private ClassName process() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			PROPERTIES.applyTo(context);
			context.register(Application.class);
			return new ApplicationContextAotGenerator().processAheadOfTime(context, this.generation);
		}
	}

	@SuppressWarnings("unchecked") // as it is generated
	private void runPrepared(Consumer<GenericApplicationContext> test) {
		ClassName initializer = process();
		this.generation.writeGeneratedContent();
		TestCompiler.forSystem().with(this.generation).compile((compiled) -> {
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				PROPERTIES.applyTo(context);
				compiled.getInstance(ApplicationContextInitializer.class, initializer.toString()).initialize(context);
				context.refresh();
				test.accept(context);
			}
		});
	}

	private void assertBound(Class<?>... types) {
		assertThat(types).allSatisfy((type) -> assertThat(RuntimeHintsPredicates.reflection().onType(type))
			.accepts(this.generation.getRuntimeHints()));
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	sealed interface Shape {

	}

	record Circle(int radius) implements Shape {
	}

	record Square(int side) implements Shape {
	}

	record Basket(List<Fruit> fruits) {
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes(@JsonSubTypes.Type(Apple.class))
	interface Fruit {

	}

	record Apple(String sort, BigDecimal weight) implements Fruit {
	}

	interface Drawing {

		void draw(Shape shape);

		List<Shape> drawn();

	}

	static class Drawer implements Drawing {

		private final List<Shape> drawn = new CopyOnWriteArrayList<>();

		@Override
		@AppendStackListener(stack = "recent-shapes", id = "drawer")
		public void draw(Shape shape) {
			this.drawn.add(shape);
		}

		@Override
		public List<Shape> drawn() {
			return this.drawn;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Drawer drawer() {
			return new Drawer();
		}

		@Bean
		AppendStack<List<Basket>> baskets(AppendOnlyStructures structures) {
			return structures.stack("baskets", new ParameterizedTypeReference<>() {
			});
		}

	}

}
