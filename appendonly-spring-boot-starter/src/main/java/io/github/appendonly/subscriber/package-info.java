/**
 * Durable subscribers: code that is called with each entry of a stack, in order, and goes
 * on where it was after a restart. Its cursor is a row of the database.
 * <p>
 * {@code SubscriberDefinition} says what to call and how, and {@code Subscribers} is the
 * bean that runs it. {@code JpaSubscribers} puts the parts together: a {@code Runner} for
 * each subscriber decides when to work, {@code TransactionalStep} and {@code LeasedStep}
 * are the two ways of work, and {@code SubscriberHead} has the rules by which a row
 * changes.
 */
@NullMarked
package io.github.appendonly.subscriber;

import org.jspecify.annotations.NullMarked;
