package io.github.appendonly.jpa;

import java.util.List;
import java.util.Optional;

import jakarta.persistence.LockModeType;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/**
 * The rows of the stacks.
 */
interface StackRepository extends Repository<StackRow, String> {

	String HEAD = """
			select new io.github.appendonly.jpa.StackHead(s.maxLayers, s.maxLength, s.archived, s.hasPruner,
				s.generation, s.length, s.oldestGeneration, s.prunedLength, s.version)
			from AppendOnlyStack s where s.name = :name""";

	@Query(HEAD)
	Optional<StackHead> head(String name);

	/**
	 * Reads the row and keeps it locked until the end of the transaction.
	 */
	@Lock(LockModeType.PESSIMISTIC_WRITE)
	@Query(HEAD)
	Optional<StackHead> lockedHead(String name);

	/**
	 * The rows of the stacks whose names come after another one, in the order of the
	 * names.
	 */
	@Query("""
			select new io.github.appendonly.jpa.StackSummary(s.name, s.maxLayers, s.maxLength, s.archived,
				s.generation, s.length, s.oldestGeneration)
			from AppendOnlyStack s where s.name > :after order by s.name""")
	List<StackSummary> after(String after, Limit limit);

	/**
	 * Creates the row of an empty stack, unless it is there or another transaction is
	 * creating it. On PostgreSQL it never fails because of that: the transaction would be
	 * lost.
	 */
	@Modifying
	@Query("""
			insert into AppendOnlyStack (name, maxLayers, maxLength, archived, hasPruner, generation, length,
				oldestGeneration, prunedLength, version)
			values (:name, :maxLayers, :maxLength, false, false, 0, 0, 0, 0, :version)
			on conflict (name) do nothing""")
	void createIfAbsent(String name, int maxLayers, int maxLength, long version);

	/**
	 * Replaces the row if it still has the version that was read.
	 * @param name the name of the stack
	 * @param head the new row, with the version that was read
	 * @return whether it was replaced; not if another transaction did so in between
	 */
	default boolean advance(String name, StackHead head) {
		return advance(name, head.maxLayers(), head.maxLength(), head.archived(), head.hasPruner(), head.generation(),
				head.length(), head.oldestGeneration(), head.prunedLength(), head.version()) == 1;
	}

	@Modifying
	@Query("""
			update AppendOnlyStack s set s.maxLayers = :maxLayers, s.maxLength = :maxLength, s.archived = :archived,
				s.hasPruner = :hasPruner, s.generation = :generation, s.length = :length,
				s.oldestGeneration = :oldestGeneration, s.prunedLength = :prunedLength, s.version = :version + 1
			where s.name = :name and s.version = :version""")
	int advance(String name, int maxLayers, int maxLength, boolean archived, boolean hasPruner, long generation,
			int length, long oldestGeneration, int prunedLength, long version);

	@Modifying
	@Query("delete from AppendOnlyStack s where s.name = :name")
	void delete(String name);

}
