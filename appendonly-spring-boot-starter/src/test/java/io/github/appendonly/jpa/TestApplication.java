package io.github.appendonly.jpa;

import io.github.appendonly.jpa.user.PhaseListener;
import io.github.appendonly.jpa.user.Purchase;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * An application like a user's. It has its own entity and repository, in its own package.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@AutoConfigurationPackage(basePackageClasses = Purchase.class)
@Import(PhaseListener.class)
class TestApplication {

}
