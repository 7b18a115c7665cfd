package io.github.appendonly.jpa;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/**
 * The rows of the archives.
 */
interface ArchivedLayerRepository extends Repository<ArchivedLayerRow, ArchivedLayerRow.Key> {

	/**
	 * A layer's place in its archive.
	 *
	 * @param generation the generation of the layer
	 * @param layerCount the number of layers up to this one
	 * @param itemCount the number of items up to and in this one
	 */
	record End(long generation, long layerCount, long itemCount) {

		static final End NONE = new End(-1, 0, 0);

		End followedBy(long generation, int length) {
			return new End(generation, this.layerCount + 1, this.itemCount + length);
		}

	}

	@Query("""
			select new io.github.appendonly.jpa.ArchivedLayerRepository$End(a.generation, a.layerCount, a.itemCount)
			from AppendOnlyArchivedLayer a where a.archive = :archive order by a.generation desc""")
	List<End> ends(String archive, Limit limit);

	/**
	 * The first name that comes after another one: a step through an index, however many
	 * layers there are.
	 */
	@Query("select min(a.archive) from AppendOnlyArchivedLayer a where a.archive > :after")
	Optional<String> nameAfter(String after);

	@Query("""
			select exists (select 1 from AppendOnlyArchivedLayer a
				where a.archive = :archive and a.generation <= :generation)""")
	boolean anyUpTo(String archive, long generation);

	@Query("""
			select new io.github.appendonly.jpa.Slice(a.generation, 0, a.length, a.items)
			from AppendOnlyArchivedLayer a where a.archive = :archive and a.generation <= :generation
			order by a.generation desc""")
	List<Slice> upTo(String archive, long generation, Limit limit);

	@Query("""
			select new io.github.appendonly.jpa.Slice(a.generation, 0, a.length, a.items)
			from AppendOnlyArchivedLayer a where a.archive = :archive and a.generation >= :generation
				and (a.generation > :generation or a.length > :index)
			order by a.generation""")
	List<Slice> from(String archive, long generation, int index, Limit limit);

	/**
	 * Adds a layer.
	 * @param archive the name of the archive
	 * @param previous the generation of its newest layer so far
	 * @param end the place of the layer
	 * @param items the items of the layer
	 * @param at when it is archived
	 */
	default void add(String archive, long previous, End end, ItemArray items, Instant at) {
		add(archive, end.generation(), previous, items.length(), items.json(), at, end.layerCount(), end.itemCount());
	}

	@Modifying
	@Query("""
			insert into AppendOnlyArchivedLayer (archive, generation, previousGeneration, length, items, archivedAt,
				layerCount, itemCount)
			values (:archive, :generation, :previous, :length, :json, :at, :layerCount, :itemCount)""")
	void add(String archive, long generation, long previous, int length, String json, Instant at, long layerCount,
			long itemCount);

	/**
	 * Adds a sealed layer of the stack of the same name, without its items coming here.
	 * @param archive the name of the archive and the stack
	 * @param previous the generation of the archive's newest layer so far
	 * @param end the place of the layer
	 * @param at when it is archived
	 */
	default void addFromStack(String archive, long previous, End end, Instant at) {
		addFromStack(archive, end.generation(), previous, at, end.layerCount(), end.itemCount());
	}

	@Modifying
	@Query("""
			insert into AppendOnlyArchivedLayer (archive, generation, previousGeneration, length, items, archivedAt,
				layerCount, itemCount)
			select l.stack, l.generation, :previous, l.length, l.items, :at, :layerCount, :itemCount
			from AppendOnlySlice l where l.stack = :archive and l.generation = :generation""")
	int addFromStack(String archive, long generation, long previous, Instant at, long layerCount, long itemCount);

	@Modifying
	@Query("delete from AppendOnlyArchivedLayer a where a.archive = :archive")
	void deleteAll(String archive);

}
