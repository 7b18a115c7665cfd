package io.github.appendonly.docs;

import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the POMs say of what is published. The BOM has no parent, so it repeats what
 * others inherit.
 */
class PomTests {

	private final XPath xpath = XPathFactory.newInstance().newXPath();

	@ParameterizedTest
	@ValueSource(strings = { "groupId", "version", "inceptionYear", "licenses", "developers" })
	void bomSaysWhatTheParentSays(String element) throws Exception {
		assertThat(texts("appendonly-bom", "/project/" + element + "//text()[normalize-space()]"))
			.isEqualTo(texts("", "/project/" + element + "//text()[normalize-space()]"))
			.isNotEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "appendonly-core", "appendonly-spring-boot-starter" })
	void bomManagesWhatIsPublished(String module) throws Exception {
		String managed = "//dependency[artifactId='" + module + "' and version='${project.version}']/groupId/text()";
		assertThat(texts("appendonly-bom", managed)).isEqualTo(texts("", "/project/groupId/text()"));
	}

	@ParameterizedTest
	@CsvSource({ "appendonly-core, io.github.appendonly.core",
			"appendonly-spring-boot-starter, io.github.appendonly.starter" })
	void moduleNamesAreValidAndStay(String module, String name) throws Exception {
		assertThat(texts("", "//manifestEntries/Automatic-Module-Name/text()")).containsExactly("${module.name}");
		assertThat(texts(module, "/project/properties/module.name/text()")).containsExactly(name);
		assertThat(ModuleDescriptor.newAutomaticModule(name).build().isAutomatic()).isTrue();
	}

	private List<String> texts(String module, String path) throws Exception {
		Document pom = DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(Path.of("..", module, "pom.xml").toFile());
		NodeList nodes = (NodeList) this.xpath.evaluate(path, pom, XPathConstants.NODESET);
		List<String> texts = new ArrayList<>();
		for (int i = 0; i < nodes.getLength(); i++) {
			texts.add(nodes.item(i).getNodeValue());
		}
		return texts;
	}

}
