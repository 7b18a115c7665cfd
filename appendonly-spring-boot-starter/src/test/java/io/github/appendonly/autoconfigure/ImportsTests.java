package io.github.appendonly.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Names in files are not checked by a compiler, and one that is wrong fails silently.
 */
class ImportsTests {

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.boot.autoconfigure.AutoConfiguration",
			"org.springframework.boot.data.jpa.test.autoconfigure.AutoConfigureDataJpa",
			"org.springframework.boot.test.autoconfigure.json.AutoConfigureJson" })
	void importsNameOurAutoConfigurationsForAnAnnotationThatIsThere(String annotation) throws Exception {
		assertThat(ClassUtils.isPresent(annotation, null)).isTrue();
		assertImports(annotation);
	}

	/*
	 * The annotation is not here. The sample has a test with it.
	 */
	@Test
	void importsForControllersNameOurAutoConfigurations() throws Exception {
		assertImports("org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureWebMvc");
	}

	private static void assertImports(String annotation) throws Exception {
		List<String> names = new ClassPathResource("META-INF/spring/" + annotation + ".imports")
			.getContentAsString(StandardCharsets.UTF_8)
			.lines()
			.filter((line) -> line.startsWith("io.github.appendonly."))
			.toList();
		assertThat(names).isNotEmpty();
		for (String name : names) {
			assertThat(ClassUtils.forName(name, null)).hasAnnotation(AutoConfiguration.class);
		}
	}

	@Test
	void propertiesHaveDescriptions() throws Exception {
		String metadata = new ClassPathResource("META-INF/spring-configuration-metadata.json")
			.getContentAsString(StandardCharsets.UTF_8);
		assertThat(metadata).contains("\"appendonly.table-prefix\"")
			.contains("\"appendonly.stacks\"")
			.contains("\"appendonly.group-commit.enabled\"")
			.contains("\"appendonly.retry.max-retries\"")
			.contains("\"appendonly.metrics.stacks\"")
			.contains("\"appendonly.jdbc.initialize-schema\"")
			.contains("\"appendonly.web.sse.heartbeat\"")
			.contains("\"Prefix of table names, also in the scripts.\"")
			.contains("\"Location of the scripts that create the tables.\"");
	}

}
