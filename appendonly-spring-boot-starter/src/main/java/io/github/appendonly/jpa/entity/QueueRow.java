package io.github.appendonly.jpa.entity;

import jakarta.persistence.Column;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import org.hibernate.Length;

/**
 * The items that one transaction appended to one queue. The database assigns the ids in
 * the order of the inserts. The rows may commit in another order.
 */
@MappedSuperclass
public abstract class QueueRow {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	@Column(name = "id")
	private long id;

	@Column(name = "name", nullable = false, length = StackRow.NAME_LENGTH)
	private String name;

	@Column(name = "length", nullable = false)
	private int length;

	@Column(name = "items", nullable = false, length = Length.LONG32)
	private String items;

	@SuppressWarnings({ "NullAway.Init", "unused" }) // for JPA
	protected QueueRow() {
	}

}
