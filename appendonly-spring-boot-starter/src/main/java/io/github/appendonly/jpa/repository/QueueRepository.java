package io.github.appendonly.jpa.repository;

import java.util.Optional;

import io.github.appendonly.jpa.entity.QueueRow;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.Repository;

/**
 * Reads the rows of queues: the stacks' inboxes and the accumulators. An append to a
 * queue conflicts with nothing.
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
	 * Returns the first name after another name. It is one step through an index, however
	 * many rows there are.
	 */
	@Query("select min(q.name) from #{#entityName} q where q.name > :after")
	Optional<String> nameAfter(String after);

}
