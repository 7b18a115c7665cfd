package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.autoconfigure.AppendOnlyAutoConfiguration;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Import;

/**
 * {@link AutoConfiguration Auto-configuration} for audit events on a stack, for
 * applications with Spring Security. Spring Boot adds the listeners.
 */
@AutoConfiguration(after = AppendOnlyAutoConfiguration.class,
		beforeName = "org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration")
@ConditionalOnClass(value = AuditEventRepository.class, name = AppendOnlyAuditEventsAutoConfiguration.SECURITY)
@ConditionalOnBooleanProperty("appendonly.audit-events.enabled")
@ConditionalOnBean(AppendOnlyStructures.class)
@ConditionalOnMissingBean(AuditEventRepository.class)
@Import(StackAuditEventsConfiguration.class)
public final class AppendOnlyAuditEventsAutoConfiguration {

	/** A class of Spring Security that Spring Boot's listeners of audit events need. */
	static final String SECURITY = "org.springframework.security.authentication.event.AbstractAuthenticationEvent";

}
