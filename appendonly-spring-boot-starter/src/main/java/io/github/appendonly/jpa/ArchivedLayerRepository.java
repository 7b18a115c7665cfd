package io.github.appendonly.jpa;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/**
 * The rows of the archives. They are ordered by the whole key, although the archive is
 * the same in all: otherwise H2 does not go along the index, but reads all to sort them.
 */
interface ArchivedLayerRepository extends Repository<ArchivedLayerRow, ArchivedLayerRow.Key> {

	/**
	 * A layer's place in its archive.
	 *
	 * @param generation the generation of the layer
	 * @param length the number of its items
	 * @param layerCount the number of layers up to this one, of all that there ever were
	 * @param itemCount the number of items up to and in this one, likewise
	 */
	record End(long generation, int length, long layerCount, long itemCount) {

		static final End NONE = new End(-1, 0, 0, 0);

		End followedBy(long generation, int length) {
			return new End(generation, length, this.layerCount + 1, this.itemCount + length);
		}

	}

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
		 * Whether items between a place and this layer, the first one behind it, are not
		 * here: they have expired, or the archive began too late.
		 */
		boolean leavesOut(SlicedEntries.Cut cut) {
			if (this.previousGeneration < 0) {
				return this.slice.generation() > cut.generation() + 1;
			}
			return this.slice.generation() > cut.generation() && (this.previousGeneration > cut.generation()
					|| (this.previousGeneration == cut.generation() && this.previousLength > cut.index()));
		}

	}

	String END = """
			select new io.github.appendonly.jpa.ArchivedLayerRepository$End(a.generation, a.length, a.layerCount,
				a.itemCount)
			from AppendOnlyArchivedLayer a where a.archive = :archive""";

	@Query(END + " order by a.archive desc, a.generation desc")
	List<End> newest(String archive, Limit limit);

	@Query(END + " order by a.archive, a.generation")
	List<End> oldest(String archive, Limit limit);

	/**
	 * The generations that were archived at a time or later. One after the other, as
	 * clocks of nodes differ.
	 */
	@Query("""
			select a.generation from AppendOnlyArchivedLayer a
			where a.archive = :archive and a.archivedAt >= :time order by a.archive, a.generation""")
	List<Long> archivedSince(String archive, Instant time, Limit limit);

	@Modifying
	@Query("delete from AppendOnlyArchivedLayer a where a.archive = :archive and a.generation < :generation")
	int deleteBefore(String archive, long generation);

	/**
	 * The first name that comes after another one: a step through an index, however many
	 * layers there are.
	 */
	@Query("select min(a.archive) from AppendOnlyArchivedLayer a where a.archive > :after")
	Optional<String> nameAfter(String after);

	@Query("""
			select new io.github.appendonly.jpa.Slice(a.generation, 0, a.length, a.items)
			from AppendOnlyArchivedLayer a where a.archive = :archive and a.generation <= :generation
			order by a.archive desc, a.generation desc""")
	List<Slice> upTo(String archive, long generation, Limit limit);

	@Query("""
			select new io.github.appendonly.jpa.ArchivedLayerRepository$Linked(a.generation, a.length, a.items,
				a.previousGeneration, a.previousLength)
			from AppendOnlyArchivedLayer a where a.archive = :archive and a.generation >= :generation
				and (a.generation > :generation or a.length > :index)
			order by a.archive, a.generation""")
	List<Linked> from(String archive, long generation, int index, Limit limit);

	/**
	 * Adds a layer.
	 * @param archive the name of the archive
	 * @param previous its newest layer so far
	 * @param end the place of the layer
	 * @param items the items of the layer
	 * @param at when it is archived
	 */
	default void add(String archive, End previous, End end, ItemArray items, Instant at) {
		add(archive, end.generation(), previous.generation(), previous.length(), items.length(), items.json(), at,
				end.layerCount(), end.itemCount());
	}

	@Modifying
	@Query("""
			insert into AppendOnlyArchivedLayer (archive, generation, previousGeneration, previousLength, length, items,
				archivedAt, layerCount, itemCount)
			values (:archive, :generation, :previousGeneration, :previousLength, :length, :json, :at, :layerCount,
				:itemCount)""")
	void add(String archive, long generation, long previousGeneration, int previousLength, int length, String json,
			Instant at, long layerCount, long itemCount);

	/**
	 * Adds a sealed layer of the stack of the same name, without its items coming here.
	 * @param archive the name of the archive and the stack
	 * @param previous the archive's newest layer so far
	 * @param end the place of the layer
	 * @param at when it is archived
	 */
	default void addFromStack(String archive, End previous, End end, Instant at) {
		addFromStack(archive, end.generation(), previous.generation(), previous.length(), at, end.layerCount(),
				end.itemCount());
	}

	@Modifying
	@Query("""
			insert into AppendOnlyArchivedLayer (archive, generation, previousGeneration, previousLength, length, items,
				archivedAt, layerCount, itemCount)
			select l.stack, l.generation, :previousGeneration, :previousLength, l.length, l.items, :at, :layerCount,
				:itemCount
			from AppendOnlySlice l where l.stack = :archive and l.generation = :generation""")
	int addFromStack(String archive, long generation, long previousGeneration, int previousLength, Instant at,
			long layerCount, long itemCount);

	@Modifying
	@Query("delete from AppendOnlyArchivedLayer a where a.archive = :archive")
	void deleteAll(String archive);

}
