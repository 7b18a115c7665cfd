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
 * Creates the tables of the structures. A bean of this type replaces the starter's.
 */
public class AppendOnlySchemaInitializer
		extends PropertiesBasedDataSourceScriptDatabaseInitializer<AppendOnlySchemaProperties> {

	private final String tablePrefix;

	/**
	 * Creates an initializer.
	 * @param dataSource the database
	 * @param properties whether to initialize it, and with which scripts
	 * @param tablePrefix the prefix of the table names; it may begin with a schema and a
	 * dot
	 */
	public AppendOnlySchemaInitializer(DataSource dataSource, AppendOnlySchemaProperties properties,
			String tablePrefix) {
		super(dataSource, properties);
		this.tablePrefix = tablePrefix;
	}

	/**
	 * Runs each script as a whole. The database finds the ends of its statements, since
	 * Spring would split blocks at their semicolons.
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
