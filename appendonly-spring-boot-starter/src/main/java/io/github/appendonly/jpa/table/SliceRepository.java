package io.github.appendonly.jpa.table;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.jpa.entity.SliceRow;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.Slice;
import io.github.appendonly.state.ExpiryMark;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/**
 * Reads the rows of the stacks' items.
 */
public interface SliceRepository extends Repository<SliceRow, SliceRow.Key> {

	/**
	 * A slice, its stack, and the first row in the inbox, as one statement saw them. If
	 * no slice matches, there is one row without a slice. If the stack has no row yet,
	 * there is none.
	 *
	 * @param newestGeneration the generation of the stack's newest layer
	 * @param newestLength the number of items in the newest layer
	 * @param oldestGeneration the generation of the stack's oldest layer
	 * @param prunedLength the number of items in the layer before the oldest one
	 * @param pending the id of the first row in the inbox, if any
	 * @param generation the generation of the slice
	 * @param firstIndex the index of its first item
	 * @param length the number of its items
	 * @param json its items
	 * @param layerOfCut the index 0, if the layer of the cut is stored; only reads after
	 * a cut ask for it
	 */
	record Seen(long newestGeneration, int newestLength, long oldestGeneration, int prunedLength,
			@Nullable Long pending, @Nullable Long generation, @Nullable Integer firstIndex, @Nullable Integer length,
			@Nullable String json, @Nullable Integer layerOfCut) {

		Seen(long newestGeneration, int newestLength, long oldestGeneration, int prunedLength, @Nullable Long pending,
				@Nullable Long generation, @Nullable Integer firstIndex, @Nullable Integer length,
				@Nullable String json) {
			this(newestGeneration, newestLength, oldestGeneration, prunedLength, pending, generation, firstIndex,
					length, json, null);
		}

		/**
		 * Returns the slice, if one matches.
		 */
		public Optional<Slice> slice() {
			return (this.generation != null && this.firstIndex != null && this.length != null && this.json != null)
					? Optional.of(new Slice(this.generation, this.firstIndex, this.length, this.json))
					: Optional.empty();
		}

		/**
		 * Returns the cut after the newest item that is placed.
		 */
		public Cut end() {
			return new Cut(this.newestGeneration, this.newestLength);
		}

		/**
		 * Returns whether items after a cut are no longer kept.
		 */
		public boolean isExpired(Cut cut) {
			return new ExpiryMark(this.oldestGeneration - 1, this.prunedLength).expires(cut.generation(), cut.index());
		}

	}

	String SEEN = """
			select new io.github.appendonly.jpa.table.SliceRepository$Seen(s.generation, s.length,
				s.oldestGeneration, s.prunedLength,
				(select min(q.id) from AppendOnlyInbox q where q.name = s.name),
				l.generation, l.firstIndex, l.length, l.items""";

	String ROWS = """
			)
			from AppendOnlyStack s left join AppendOnlySlice l on l.stack = s.name""";

	/*
	 * The bounds on the generation keep the sort small on long stacks: a number of slices
	 * is never in more layers than that number. The functions "least" and "greatest" are
	 * not part of JPQL, which applications may require.
	 */

	@Query(SEEN + ROWS + """
				and l.generation <= :generation
				and l.generation >= case when s.generation < :generation then s.generation else :generation end - :limit
				and (l.generation < :generation or l.firstIndex < :index)
			where s.name = :stack order by l.generation desc, l.firstIndex desc""")
	List<Seen> before(String stack, long generation, int index, int limit, Limit slices);

	@Query(SEEN + """
			, (select f.firstIndex from AppendOnlySlice f
					where f.stack = :stack and f.generation = :generation and f.firstIndex = 0)""" + ROWS + """
				and l.generation >= :generation and l.generation <=
					case when s.oldestGeneration > :generation then s.oldestGeneration else :generation end + :limit
				and (l.generation > :generation or l.firstIndex + l.length > :index)
			where s.name = :stack order by l.generation, l.firstIndex""")
	List<Seen> from(String stack, long generation, int index, int limit, Limit slices);

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
			select new io.github.appendonly.jpa.table.SliceTable$LayerLength(l.generation, sum(l.length), count(l))
			from AppendOnlySlice l where l.stack = :stack group by l.generation order by l.generation desc""")
	List<SliceTable.LayerLength> lengthsNewestFirst(String stack);

}
