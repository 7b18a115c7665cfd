package io.github.appendonly.benchmarks.scenario;

import java.util.List;

import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.measure.Check;

/**
 * A feed for each of many accounts.
 */
interface Accounts extends Check {

	/** The name of the contender with plain SQL. */
	String JDBC = "jdbc";

	/** The name of the contender with Spring Data. */
	String REPOSITORY = "repository";

	/** The number of items on the first page of a feed. */
	int PAGE = 20;

	/**
	 * The name of the contender.
	 */
	String name();

	/**
	 * The number of accounts, which are numbered from 0.
	 */
	int size();

	/**
	 * Adds items to the feed of each account, one by one. They are not part of any round.
	 */
	void fill(int items);

	/**
	 * Adds an item to the feed of an account.
	 */
	void add(int account, Order order);

	/**
	 * Reads the first page of the feed of an account, newest first.
	 */
	List<Order> newest(int account);

}
