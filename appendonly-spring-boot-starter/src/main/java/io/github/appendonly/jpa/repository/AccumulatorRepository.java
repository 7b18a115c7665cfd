package io.github.appendonly.jpa.repository;

import java.util.List;

import io.github.appendonly.jpa.entity.AccumulatorRow;
import io.github.appendonly.jpa.table.AccumulatorTable;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;

/**
 * Reads the rows of the accumulators.
 */
public interface AccumulatorRepository extends QueueRepository<AccumulatorRow> {

	/**
	 * Returns the rows of committed transactions, in the order of their ids.
	 */
	@Query("""
			select new io.github.appendonly.jpa.table.AccumulatorTable$Queued(q.id, q.length, q.items)
			from AppendOnlyAccumulator q where q.name = :name and q.id > :after order by q.name, q.id""")
	List<AccumulatorTable.Queued> oldest(String name, long after, Limit limit);

}
