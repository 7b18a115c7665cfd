package io.github.appendonly.subscriber;

import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Failures outside of transactions.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class LeasedSubscriberFailureTests extends SubscriberFailureContract {

	LeasedSubscriberFailureTests() {
		super(false);
	}

}
