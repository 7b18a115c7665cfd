package io.github.appendonly.subscriber;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Makes a method of a bean a durable subscriber: it is called with each entry of a stack,
 * in order, and goes on where it was after a restart. All nodes of an application share
 * the work: one of them calls the method at a time. <pre class="code">
 * &#64;AppendStackListener(stack = "orders", id = "warehouse")
 * void ship(Entry&lt;Order&gt; entry) {
 *     …
 * }
 * </pre>
 * <p>
 * The method returns nothing and has one parameter: an item, an
 * {@link io.github.appendonly.Entry}, a {@link java.util.List} of items or of entries, or
 * {@link io.github.appendonly.Changes}. A list is a batch and never empty. Changes also
 * tell of items that are gone. A parameter {@code List} is always a batch: items that are
 * lists themselves need an {@code Entry}.
 * <p>
 * The stack is one of the properties {@code appendonly.stacks}, or a bean that
 * {@link io.github.appendonly.jpa.AppendOnlyStructures} has made. If it is archived, the
 * subscriber also gets entries that have been pruned, from the archive. The items have
 * the type of that stack. For stacks whose names are known only at run time, and to
 * subscribe without a method, there is {@link Subscribers#register}.
 * <p>
 * A method that fails is called again later. It may be called on any thread, but by one
 * thread at a time. If the bean is a proxy, the method is called on the proxy.
 * {@code @Transactional} on the method takes part in the subscriber's transaction.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(ListenerReflectiveProcessor.class)
public @interface AppendStackListener {

	/**
	 * The name of the stack, as it is in the database. It may have placeholders:
	 * <code>${…}</code>.
	 */
	String stack();

	/**
	 * The name of the subscriber. It names the row of its cursor, so another name is
	 * another subscriber. An application has one subscriber of an id. It may have
	 * placeholders.
	 */
	String id();

	/**
	 * Where the subscriber begins when it has no row yet: {@code oldest}, {@code newest},
	 * or after a position such as {@code 7-42}. It may have placeholders.
	 */
	String startAt() default "oldest";

	/**
	 * The maximum number of entries that are handled together, at least 1.
	 */
	int batchSize() default SubscriberDefinition.DEFAULT_BATCH_SIZE;

	/**
	 * Whether the method runs in the transaction that moves the cursor. Then its effects
	 * in the same database happen exactly once. Otherwise it runs outside of transactions
	 * and holds no connection, and each entry is handled at least once, for example to
	 * send mails.
	 */
	boolean transactional() default true;

	/**
	 * How often an entry is tried, at least 1.
	 */
	int maxAttempts() default SubscriberDefinition.DEFAULT_MAX_ATTEMPTS;

	/**
	 * The pause after the first failure, for example {@code 500ms}. Each further pause is
	 * twice as long. It may have placeholders.
	 */
	String backOff() default "1s";

	/**
	 * The longest pause after a failure. It may have placeholders.
	 */
	String maxBackOff() default "1m";

	/**
	 * What happens when an entry has failed as often as it may.
	 */
	SubscriberDefinition.OnFailure onFailure() default SubscriberDefinition.OnFailure.STOP;

	/**
	 * What happens when entries have been pruned that the subscriber has not handled.
	 */
	SubscriberDefinition.OnExpired onExpired() default SubscriberDefinition.OnExpired.STOP;

}
