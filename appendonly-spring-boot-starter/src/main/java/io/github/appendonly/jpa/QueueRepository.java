package io.github.appendonly.jpa;

import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.NoRepositoryBean;
import org.springframework.data.repository.Repository;

/**
 * The rows of queues, which conflict with nothing: stacks' inboxes and accumulators.
 *
 * @param <R> the entity
 */
@NoRepositoryBean
interface QueueRepository<R extends QueueRow> extends Repository<R, Long> {

	@Query("select exists (select 1 from #{#entityName} q where q.name = :name)")
	boolean anyIn(String name);

	@Query("select coalesce(sum(q.length), 0) from #{#entityName} q where q.name = :name")
	long size(String name);

	@Modifying
	@Query("delete from #{#entityName} q where q.name = :name")
	void deleteAll(String name);

}
