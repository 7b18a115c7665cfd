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
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.Repository;

/**
 * The rows of queues, which conflict with nothing: stacks' inboxes and accumulators.
 *
 * @param <R> the entity
 */
@NoRepositoryBean
interface QueueRepository<R extends QueueRow> extends Repository<R, Long> {

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
			select new io.github.appendonly.jpa.QueueRepository$Queued(q.id, q.length, q.items)
			from #{#entityName} q where q.name = :name and q.id > :after order by q.id""";

	/**
	 * What committed transactions appended, in the order of the ids. Of two transactions
	 * of which one committed before the other began, the first has the lower id.
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

	@Query("select exists (select 1 from #{#entityName} q where q.name = :name)")
	boolean anyIn(String name);

	@Query("select coalesce(sum(q.length), 0) from #{#entityName} q where q.name = :name")
	long size(String name);

	@Query("select distinct q.name from #{#entityName} q")
	List<String> names();

	default void append(String name, ItemArray items) {
		append(name, items.length(), items.json());
	}

	@Modifying
	@Query("insert into #{#entityName} (name, length, items) values (:name, :length, :json)")
	void append(String name, int length, String json);

	default void replace(String name, long id, ItemArray items) {
		replace(name, id, items.length(), items.json());
	}

	@Modifying
	@Query("update #{#entityName} q set q.length = :length, q.items = :json where q.name = :name and q.id = :id")
	void replace(String name, long id, int length, String json);

	/**
	 * Deletes rows by their ids alone: a lower id than those that were read may commit at
	 * any time.
	 * @return the number of rows deleted
	 */
	@Modifying
	@Query("delete from #{#entityName} q where q.name = :name and q.id in :ids")
	int delete(String name, Collection<Long> ids);

	@Modifying
	@Query("delete from #{#entityName} q where q.name = :name")
	void deleteAll(String name);

}
