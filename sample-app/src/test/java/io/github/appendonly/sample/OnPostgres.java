package io.github.appendonly.sample;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.ContextConfiguration;

/**
 * The application on PostgreSQL, fed by nobody but the test.
 */
@SpringBootTest(properties = { "quakes.replay.enabled=false", "appendonly.read.max-wait=1m" })
@AutoConfigureMockMvc
@ActiveProfiles("postgres")
@ContextConfiguration(initializers = EmbeddedDatabases.Postgres.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface OnPostgres {

}
