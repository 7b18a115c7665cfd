package io.github.appendonly.autoconfigure.empty;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/**
 * An application without entities of its own.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
public class EmptyApplication {

}
