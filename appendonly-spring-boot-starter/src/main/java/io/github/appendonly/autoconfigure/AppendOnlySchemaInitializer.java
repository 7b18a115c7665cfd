package io.github.appendonly.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.DatabaseMetaData;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import io.github.appendonly.jpa.entity.FixedNames;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * Creates the tables of the structures. A bean of this type replaces the starter's.
 */
public class AppendOnlySchemaInitializer
		extends PropertiesBasedDataSourceScriptDatabaseInitializer<AppendOnlySchemaProperties> {

	private static final Log logger = LogFactory.getLog(AppendOnlySchemaInitializer.class);

	/**
	 * An H2 that this process opens. The other URLs name a server.
	 */
	private static final Pattern H2_IN_PROCESS = Pattern.compile("jdbc:h2:(?!tcp:|ssl:).*");

	private final DataSource database;

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
		this.database = dataSource;
		this.tablePrefix = tablePrefix;
	}

	/**
	 * Returns whether the database is part of the application. Spring Boot only counts
	 * databases in memory. Here, an H2 in a file counts too, since no other program
	 * creates its tables. With {@code AUTO_SERVER=TRUE}, the URL does not tell which of
	 * several processes opens the file: each of them may create what is missing.
	 */
	@Override
	protected boolean isEmbeddedDatabase() {
		return super.isEmbeddedDatabase() || isH2InProcess();
	}

	private boolean isH2InProcess() {
		try {
			String url = JdbcUtils.extractDatabaseMetaData(this.database, DatabaseMetaData::getURL);
			return url != null && H2_IN_PROCESS.matcher(url).matches();
		}
		catch (MetaDataAccessException ex) {
			logger.debug("The URL of the database is not known, so it is not taken for an embedded one", ex);
			return false;
		}
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
			String text = script.getContentAsString(StandardCharsets.UTF_8)
				.replace(FixedNames.DEFAULT_PREFIX, this.tablePrefix);
			return new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), script.getDescription());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read " + script, ex);
		}
	}

}
