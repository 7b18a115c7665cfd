package io.github.appendonly.jpa;

import java.util.Optional;

import jakarta.persistence.LockModeType;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/**
 * The rows of the stacks.
 */
interface StackRepository extends Repository<StackRow, String> {

	@Query("""
			select new io.github.appendonly.jpa.StackHead(s.maxLayers, s.maxLength, s.archived, s.hasPruner,
				s.generation, s.length, s.oldestGeneration, s.prunedLength, s.version)
			from AppendOnlyStack s where s.name = :name""")
	Optional<StackHead> head(String name);

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

	@Modifying
	@Query("delete from AppendOnlyStack s where s.name = :name")
	void delete(String name);

}
