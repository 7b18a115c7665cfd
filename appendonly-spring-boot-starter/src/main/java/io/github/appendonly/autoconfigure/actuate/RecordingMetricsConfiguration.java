package io.github.appendonly.autoconfigure.actuate;

import io.github.appendonly.actuate.recording.BackgroundWriter;
import io.github.appendonly.actuate.recording.BackgroundWriterMetrics;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The meters of audit events and HTTP exchanges, where Micrometer is present.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(MeterBinder.class)
class RecordingMetricsConfiguration {

	@Bean
	BackgroundWriterMetrics appendOnlyRecordingMetrics(ObjectProvider<BackgroundWriter<?>> writers) {
		return new BackgroundWriterMetrics(writers.orderedStream().toList());
	}

}
