package io.github.appendonly.jpa;

import io.github.appendonly.jpa.user.PhaseListener;
import io.github.appendonly.jpa.user.Purchase;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * An application as users have them, with an entity and a repository of its own in a
 * package of its own.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@AutoConfigurationPackage(basePackageClasses = Purchase.class)
@Import(PhaseListener.class)
class TestApplication {

}
