package io.github.appendonly.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/**
 * Creates the tables of the structures. May be replaced by a bean of one's own.
 */
public class AppendOnlySchemaInitializer
		extends PropertiesBasedDataSourceScriptDatabaseInitializer<AppendOnlySchemaProperties> {

	private final String tablePrefix;

	/**
	 * Initializes a database.
	 * @param dataSource the database
	 * @param properties whether to, and from which scripts
	 * @param tablePrefix the prefix of the tables' names; it may begin with a schema and
	 * a dot
	 */
	public AppendOnlySchemaInitializer(DataSource dataSource, AppendOnlySchemaProperties properties,
			String tablePrefix) {
		super(dataSource, properties);
		this.tablePrefix = tablePrefix;
	}

	/**
	 * Leaves it to the database where statements end: Spring would cut blocks apart.
	 */
	@Override
	protected void runScripts(Scripts scripts) {
		List<Resource> prefixed = new ArrayList<>();
		scripts.forEach((script) -> prefixed.add(withPrefix(script)));
		super.runScripts(new Scripts(prefixed).continueOnError(scripts.isContinueOnError())
			.separator(ScriptUtils.EOF_STATEMENT_SEPARATOR)
			.encoding(StandardCharsets.UTF_8));
	}

	private Resource withPrefix(Resource script) {
		try {
			String text = TableNames.withPrefix(script.getContentAsString(StandardCharsets.UTF_8), this.tablePrefix);
			return new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), script.getDescription());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read " + script, ex);
		}
	}

}
