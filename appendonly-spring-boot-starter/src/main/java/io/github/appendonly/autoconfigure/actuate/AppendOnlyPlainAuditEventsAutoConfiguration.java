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
 * {@link AutoConfiguration Auto-configuration} for audit events that are kept on a stack,
 * where Spring Security is missing. If Boot's auto-configuration sees a repository then,
 * it adds listeners for Spring Security all the same, which keeps the application from
 * starting. So the repository comes after it, with the one listener that is of use.
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
