package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.autoconfigure.AppendOnlyAutoConfiguration;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AbstractAuditListener;
import org.springframework.boot.actuate.audit.listener.AuditListener;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * {@link AutoConfiguration Auto-configuration} for audit events on a stack, for
 * applications without Spring Security.
 * <p>
 * If Spring Boot's auto-configuration finds a repository, it adds listeners for Spring
 * Security even if that is missing. The application then fails to start. So this
 * auto-configuration runs after it, and adds the only listener that is needed.
 */
@AutoConfiguration(after = AppendOnlyAutoConfiguration.class,
		afterName = "org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration",
		beforeName = "org.springframework.boot.actuate.autoconfigure.audit.AuditEventsEndpointAutoConfiguration")
@ConditionalOnClass(AuditEventRepository.class)
@ConditionalOnMissingClass(AppendOnlyAuditEventsAutoConfiguration.SECURITY)
@ConditionalOnBooleanProperty("appendonly.audit-events.enabled")
@ConditionalOnBean(AppendOnlyStructures.class)
@ConditionalOnMissingBean(AuditEventRepository.class)
@Import(StackAuditEventsConfiguration.class)
public final class AppendOnlyPlainAuditEventsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(AbstractAuditListener.class)
	@ConditionalOnBooleanProperty(name = "management.auditevents.enabled", matchIfMissing = true)
	AuditListener auditListener(AuditEventRepository repository) {
		return new AuditListener(repository);
	}

}
