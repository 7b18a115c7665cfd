package io.github.appendonly.jpa;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/**
 * An application as users have them, with an entity and a repository of its own.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
class TestApplication {

}
