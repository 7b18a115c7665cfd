package io.github.appendonly.benchmarks.application;

import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/**
 * A row for each item of many feeds, with an index for reading one feed.
 */
@Entity
@Table(name = "bench_account_item", indexes = @Index(columnList = "account_id, id"))
public class AccountItem {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private @Nullable Long id;

	@Column(name = "account_id", nullable = false)
	private long accountId;

	@Embedded
	private OrderColumns columns = new OrderColumns();

	/**
	 * For Hibernate.
	 */
	protected AccountItem() {
	}

	/**
	 * Creates a row for an order of an account.
	 * @param accountId the account
	 * @param order the order
	 */
	public AccountItem(long accountId, Order order) {
		this.accountId = accountId;
		this.columns = new OrderColumns(order);
	}

	/**
	 * The account.
	 * @return the id of the account
	 */
	public long accountId() {
		return this.accountId;
	}

	/**
	 * The order of the row.
	 * @return the order
	 */
	public Order order() {
		return this.columns.order();
	}

}
