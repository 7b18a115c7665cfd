package io.github.appendonly.jpa.table;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.jpa.entity.ArchivedLayerRow;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.Slice;
import io.github.appendonly.state.ExpiryMark;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/**
 * The rows of the archives.
 */
public interface ArchivedLayerRepository extends Repository<ArchivedLayerRow, ArchivedLayerRow.Key> {

	/**
	 * A layer, and what was archived before it.
	 *
	 * @param slice the layer
	 * @param previousGeneration the generation of the layer before it; negative if there
	 * was none
	 * @param previousLength the number of items in that one
	 */
	record Linked(Slice slice, long previousGeneration, int previousLength) {

		Linked(long generation, int length, String json, long previousGeneration, int previousLength) {
			this(new Slice(generation, 0, length, json), previousGeneration, previousLength);
		}

		/**
		 * Whether items behind a place are not kept any more: they have expired, or the
		 * archive began too late. This layer is the first one behind the place. Nothing
		 * is known of the length of a layer before the first one that was ever archived.
		 */
		public boolean isExpired(Cut cut) {
			ExpiryMark mark = (this.previousGeneration >= 0)
					? new ExpiryMark(this.previousGeneration, this.previousLength)
					: ExpiryMark.before(this.slice.generation());
			return mark.expires(cut.generation(), cut.index());
		}

	}

	/**
	 * The first name that comes after another one: a step through an index, however many
	 * layers there are.
	 */
	@Query("select min(a.archive) from AppendOnlyArchivedLayer a where a.archive > :after")
	Optional<String> nameAfter(String after);

	@Query("""
			select new io.github.appendonly.jpa.item.Slice(a.generation, 0, a.length, a.items)
			from AppendOnlyArchivedLayer a where a.archive = :archive and a.generation <= :generation
			order by a.generation desc""")
	List<Slice> upTo(String archive, long generation, Limit limit);

	@Query("""
			select new io.github.appendonly.jpa.table.ArchivedLayerRepository$Linked(a.generation, a.length, a.items,
				a.previousGeneration, a.previousLength)
			from AppendOnlyArchivedLayer a where a.archive = :archive and a.generation >= :generation
				and (a.generation > :generation or a.length > :index)
			order by a.generation""")
	List<Linked> from(String archive, long generation, int index, Limit limit);

}
