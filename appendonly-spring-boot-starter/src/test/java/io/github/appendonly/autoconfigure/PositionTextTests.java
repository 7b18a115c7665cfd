package io.github.appendonly.autoconfigure;

import java.util.List;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Gone;
import io.github.appendonly.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.web.bind.ServletRequestDataBinder;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Positions in requests and responses.
 */
class PositionTextTests {

	private static final Position POSITION = new Position(7, 42);

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(JacksonAutoConfiguration.class, AppendOnlyJacksonAutoConfiguration.class));

	@Test
	void conversionServicesReadAndWriteThem() {
		for (ConversionService service : new ConversionService[] { new DefaultConversionService(),
				new DefaultFormattingConversionService(), ApplicationConversionService.getSharedInstance() }) {
			assertThat(service.convert("7-42", Position.class)).isEqualTo(POSITION);
			assertThat(service.convert(POSITION, String.class)).isEqualTo("7-42");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "7", "7-", "7-42-1", "latest" })
	void conversionServicesRefuseAnythingElse(String text) {
		assertThatExceptionOfType(ConversionFailedException.class)
			.isThrownBy(() -> new DefaultFormattingConversionService().convert(text, Position.class))
			.havingRootCause()
			.isInstanceOf(IllegalArgumentException.class)
			.withMessageContaining("Not a position: \"" + text + "\"");
	}

	@Test
	void requestParametersAreBound() throws Exception {
		ServletRequestDataBinder binder = new ServletRequestDataBinder(null, "after");
		binder.setConversionService(new DefaultFormattingConversionService());
		assertThat(binder.convertIfNecessary("7-42", Position.class)).isEqualTo(POSITION);
	}

	@Test
	void mapperWritesThemAsTextAndReadsThemBack() {
		this.runner.run((context) -> {
			JsonMapper mapper = context.getBean(JsonMapper.class);
			String json = mapper.writeValueAsString(new Entry<>(POSITION, "a"));
			assertThat(json).isEqualTo("{\"position\":\"7-42\",\"item\":\"a\"}");
			assertThat(mapper.readValue(json, new TypeReference<Entry<String>>() {
			})).isEqualTo(new Entry<>(POSITION, "a"));
			assertThat(mapper.writeValueAsString(Position.START)).isEqualTo("\"start\"");
			assertThat(mapper.readValue("\"start\"", Position.class)).isEqualTo(Position.START);
			assertThatExceptionOfType(JacksonException.class)
				.isThrownBy(() -> mapper.readValue("\"latest\"", Position.class))
				.withMessageContaining("Not a position");
		});
	}

	@Test
	void mapperWritesChangesWithTheirCursorAndWhyItemsAreGone() {
		Changes<String> changes = new Changes<>(List.of(Entry.of(7, 41, "a")), POSITION, true, false, false,
				List.of(Gone.entityDeleted(POSITION, 5), Gone.erased(POSITION)));
		this.runner.run((context) -> assertThat(context.getBean(JsonMapper.class).writeValueAsString(changes))
			.isEqualTo("{\"entries\":[{\"position\":\"7-41\",\"item\":\"a\"}],\"cursor\":\"7-42\","
					+ "\"caughtUp\":true,\"expired\":false,\"ahead\":false,"
					+ "\"gone\":[{\"position\":\"7-42\",\"identifier\":5,\"reason\":\"ENTITY_DELETED\"},"
					+ "{\"position\":\"7-42\",\"identifier\":null,\"reason\":\"ERASED\"}],\"unreadable\":[]}"));
	}

	@Test
	void plainMapperReadsTextAsWellAsParts() {
		JsonMapper mapper = new JsonMapper();
		assertThat(mapper.readValue("\"7-42\"", Position.class)).isEqualTo(POSITION);
		assertThat(mapper.readValue(mapper.writeValueAsString(POSITION), Position.class)).isEqualTo(POSITION);
	}

	@Test
	void applicationMayWriteThemInItsOwnWay() {
		this.runner.withBean("appendOnlyJacksonModule", String.class, () -> "none")
			.run((context) -> assertThat(context.getBean(JsonMapper.class).writeValueAsString(POSITION))
				.isEqualTo("{\"generation\":7,\"index\":42}"));
	}

	@Test
	void backsOffWithoutJackson() {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader(JsonMapper.class))
			.withConfiguration(AutoConfigurations.of(AppendOnlyJacksonAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("appendOnlyJacksonModule"));
	}

}
