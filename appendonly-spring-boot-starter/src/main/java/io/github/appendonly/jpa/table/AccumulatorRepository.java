package io.github.appendonly.jpa.table;

import java.util.List;

import io.github.appendonly.jpa.entity.AccumulatorRow;
import io.github.appendonly.jpa.item.JsonArray;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;

/**
 * Reads the rows of the accumulators.
 */
public interface AccumulatorRepository extends QueueRepository<AccumulatorRow> {

	/**
	 * A row of an accumulator.
	 *
	 * @param id the id of the row
	 * @param items the items
	 */
	record Queued(long id, JsonArray items) {

		Queued(long id, int length, String json) {
			this(id, new JsonArray(length, json));
		}

	}

	/**
	 * Returns the rows of committed transactions, in the order of their ids.
	 */
	@Query("""
			select new io.github.appendonly.jpa.table.AccumulatorRepository$Queued(q.id, q.length, q.items)
			from AppendOnlyAccumulator q where q.name = :name and q.id > :after order by q.name, q.id""")
	List<Queued> oldest(String name, long after, Limit limit);

}
