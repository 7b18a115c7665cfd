package io.github.appendonly.autoconfigure;

import java.util.LinkedHashMap;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A structure has one name, however properties and environment variables write it.
 */
class CanonicalNamesTests {

	private final StandardEnvironment environment = new StandardEnvironment();

	private final Map<String, Object> variables = new LinkedHashMap<>();

	private final Map<String, Object> file = new LinkedHashMap<>();

	private Map<String, AppendOnlyProperties.Stack> stacks() {
		this.environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		this.environment.getPropertySources()
			.addLast(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					this.variables));
		this.environment.getPropertySources().addLast(new MapPropertySource("file", this.file));
		ConfigurationPropertySources.attach(this.environment);
		return StructureSettings.bind(this.environment, "appendonly.stacks", AppendOnlyProperties.Stack.class);
	}

	private static AppendOnlyProperties.Stack stack(int maxLayers, int maxLength) {
		return new AppendOnlyProperties.Stack(String.class, maxLayers, maxLength, false, 0, Duration.ZERO,
				DataSize.ofBytes(0), 0, DataSize.ofBytes(0), null);
	}

	@ParameterizedTest
	@CsvSource({ "recent-orders, recent-orders", "recentOrders, recent-orders", "recent_orders, recent-orders",
			"RecentOrders, recent-orders", "RECENT_ORDERS, recent-orders", "recentorders, recentorders",
			"recentHTTPOrders, recent-http-orders", "orders2025, orders2025", "orders-2025, orders-2025" })
	void spellingsOfPropertiesAreOneName(String written, String name) {
		this.file.put("appendonly.stacks." + written + ".type", "java.lang.String");
		this.file.put("appendonly.stacks." + written + ".maxLayers", "3");
		assertThat(stacks()).isEqualTo(Map.of(name, stack(3, 100)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "RECENTORDERS_MAXLAYERS", "RECENT_ORDERS_MAXLAYERS", "RECENTORDERS_MAX_LAYERS",
			"RECENT_ORDERS_MAX_LAYERS" })
	void variableIsAboutTheStackOfTheFile(String variable) {
		this.variables.put("APPENDONLY_STACKS_" + variable, "3");
		this.file.put("appendonly.stacks.recent-orders.type", "java.lang.String");
		this.file.put("appendonly.stacks.recentOrders.max-layers", "5");
		this.file.put("appendonly.stacks.recent_orders.max-length", "7");
		assertThat(stacks()).isEqualTo(Map.of("recent-orders", stack(3, 7)));
	}

	@Test
	void variablesAloneMakeAStack() {
		this.variables.put("APPENDONLY_STACKS_RECENT_ORDERS_TYPE", "java.lang.String");
		this.variables.put("APPENDONLY_STACKS_RECENTORDERS_MAXLAYERS", "3");
		this.variables.put("APPENDONLY_STACKS_TYPE_ARCHIVE_TYPE", "java.lang.String");
		assertThat(stacks()).isEqualTo(Map.of("recent-orders", stack(3, 100), "type-archive", stack(10, 100)));
	}

	@Test
	void variableDoesNotRenameTheStackOfAFile() {
		this.variables.put("APPENDONLY_STACKS_RECENT_ORDERS_MAXLAYERS", "3");
		this.file.put("appendonly.stacks.recentorders.type", "java.lang.String");
		assertThat(stacks()).isEqualTo(Map.of("recentorders", stack(3, 100)));
	}

	@Test
	void nameInBracketsIsTakenAsItIs() {
		this.file.put("appendonly.stacks[recentOrders].type", "java.lang.String");
		this.file.put("appendonly.stacks[team.news].type", "java.lang.String");
		this.file.put("appendonly.stacks[Größe 1].type", "java.lang.String");
		assertThat(stacks().keySet()).isEqualTo(Set.of("recentOrders", "team.news", "Größe 1"));
	}

	@Test
	void hyphensInTwoPlacesAreACollision() {
		this.file.put("appendonly.stacks.re-sent.type", "java.lang.String");
		this.file.put("appendonly.stacks.res-ent.max-layers", "3");
		assertThatExceptionOfType(InvalidPropertyException.class).isThrownBy(this::stacks)
			.withMessage("appendonly.stacks.re-sent.type and appendonly.stacks.res-ent.max-layers belong to one "
					+ "structure, because hyphens do not count, but give it two names");
	}

	@Test
	void nameInBracketsAndWithoutIsACollision() {
		this.file.put("appendonly.stacks[news].type", "java.lang.String");
		this.file.put("appendonly.stacks.news.type", "java.lang.String");
		assertThatExceptionOfType(InvalidPropertyException.class).isThrownBy(this::stacks)
			.withMessage("appendonly.stacks[news].type and appendonly.stacks.news are settings of one structure");
	}

	@Test
	void settingWithTwoValuesInOnePlaceIsACollision() {
		this.variables.put("APPENDONLY_STACKS_RECENTORDERS_MAXLAYERS", "3");
		this.variables.put("APPENDONLY_STACKS_RECENT_ORDERS_MAX_LAYERS", "4");
		assertThatExceptionOfType(InvalidPropertyException.class).isThrownBy(this::stacks)
			.withMessage("appendonly.stacks.recent-orders.max-layers is set twice in one place, to \"3\" and, as "
					+ "appendonly.stacks.recent.orders.max.layers, to \"4\"");
	}

	@Test
	void unknownSettingsAreStillTold() {
		this.file.put("appendonly.stacks.recentOrders.type", "java.lang.String");
		this.file.put("appendonly.stacks.recentOrders.max-lenght", "3");
		assertThatExceptionOfType(InvalidPropertyException.class).isThrownBy(this::stacks)
			.withMessageContaining("appendonly.stacks.recent-orders.max-lenght is set to \"3\"");
	}

}
