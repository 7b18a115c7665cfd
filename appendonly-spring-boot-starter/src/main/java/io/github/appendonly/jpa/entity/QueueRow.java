package io.github.appendonly.jpa.entity;

import jakarta.persistence.Column;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import org.hibernate.Length;

/**
 * What one transaction appended to one queue. The database gives the ids in the order of
 * the inserts; rows commit in any order.
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
