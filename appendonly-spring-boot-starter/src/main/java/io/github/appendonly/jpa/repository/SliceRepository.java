package io.github.appendonly.jpa.repository;

import io.github.appendonly.jpa.table.SliceTable;
import java.util.List;

import io.github.appendonly.jpa.entity.SliceRow;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/**
 * Reads the rows of the stacks' items.
 */
public interface SliceRepository extends Repository<SliceRow, SliceRow.Key> {

	/**
	 * Returns the generations that are stored, of those below another one, newest first:
	 * each as often as it has slices.
	 */
	@Query("""
			select l.generation from AppendOnlySlice l where l.stack = :stack and l.generation < :generation
			order by l.stack desc, l.generation desc, l.firstIndex desc""")
	List<Long> newestBelow(String stack, long generation, Limit limit);

	@Query("select coalesce(sum(l.length), 0) from AppendOnlySlice l where l.stack = :stack")
	long size(String stack);

	@Query("""
			select new io.github.appendonly.jpa.table.SliceTable$LayerLength(l.generation, sum(l.length), count(l),
				max(l.writtenAt))
			from AppendOnlySlice l where l.stack = :stack group by l.generation order by l.generation desc""")
	List<SliceTable.LayerLength> lengthsNewestFirst(String stack);

}
