package io.github.appendonly.docs;

/**
 * What an application does with the orders that it follows.
 */
public interface Warehouse {

	void ship(Order order);

}
