package io.github.appendonly.jpa;

import java.util.Optional;

import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.Repository;

/**
 * The rows of queues, which conflict with nothing: stacks' inboxes and accumulators. As
 * archives are, they are ordered by the whole key.
 *
 * @param <R> the entity
 */
@NoRepositoryBean
interface QueueRepository<R extends QueueRow> extends Repository<R, Long> {

	@Query("select exists (select 1 from #{#entityName} q where q.name = :name)")
	boolean anyIn(String name);

	@Query("select coalesce(sum(q.length), 0) from #{#entityName} q where q.name = :name")
	long size(String name);

	/**
	 * The number of items in the first rows of a queue.
	 */
	@Query("""
			select coalesce(sum(w.length), 0)
			from (select q.length as length from #{#entityName} q where q.name = :name
				order by q.name, q.id limit :rows) w""")
	long sizeOfFirst(String name, int rows);

	/**
	 * The first name that comes after another one: a step through an index, however many
	 * rows there are.
	 */
	@Query("select min(q.name) from #{#entityName} q where q.name > :after")
	Optional<String> nameAfter(String after);

	@Modifying
	@Query("delete from #{#entityName} q where q.name = :name")
	void deleteAll(String name);

}
