package io.github.appendonly.jpa;

import java.util.Collection;
import java.util.List;

import jakarta.persistence.LockModeType;
import jakarta.persistence.QueryHint;
import org.hibernate.jpa.SpecHints;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.QueryHints;

/**
 * The rows of the accumulators.
 */
interface AccumulatorRepository extends QueueRepository<AccumulatorRow> {

	/**
	 * A row as it is read.
	 *
	 * @param id the row's id
	 * @param items the items
	 */
	record Queued(long id, ItemArray items) {

		Queued(long id, int length, String json) {
			this(id, new ItemArray(length, json));
		}

	}

	String OLDEST = """
			select new io.github.appendonly.jpa.AccumulatorRepository$Queued(q.id, q.length, q.items)
			from AppendOnlyAccumulator q where q.name = :name and q.id > :after order by q.name, q.id""";

	/**
	 * What committed transactions appended, in the order of the ids.
	 */
	@Query(OLDEST)
	List<Queued> oldest(String name, long after, Limit limit);

	/**
	 * Like {@link #oldest}, but locks the rows, and leaves out those that another
	 * transaction has locked.
	 */
	@Lock(LockModeType.PESSIMISTIC_WRITE)
	@QueryHints(@QueryHint(name = SpecHints.HINT_SPEC_LOCK_TIMEOUT, value = "-2"))
	@Query(OLDEST)
	List<Queued> claim(String name, long after, Limit limit);

	/**
	 * Deletes rows by their ids alone: a lower id than those that were read may commit at
	 * any time.
	 * @return the number of rows deleted
	 */
	@Modifying
	@Query("delete from AppendOnlyAccumulator q where q.name = :name and q.id in :ids")
	int delete(String name, Collection<Long> ids);

	default void append(String name, ItemArray items) {
		append(name, items.length(), items.json());
	}

	@Modifying
	@Query("insert into AppendOnlyAccumulator (name, length, items) values (:name, :length, :json)")
	void append(String name, int length, String json);

	default void replace(String name, long id, ItemArray items) {
		replace(name, id, items.length(), items.json());
	}

	@Modifying
	@Query("update AppendOnlyAccumulator q set q.length = :length, q.items = :json where q.name = :name and q.id = :id")
	void replace(String name, long id, int length, String json);

}
