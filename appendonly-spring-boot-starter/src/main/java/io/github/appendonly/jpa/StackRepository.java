package io.github.appendonly.jpa;

import java.util.List;
import java.util.Optional;

import org.springframework.data.domain.Limit;
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

	@Modifying
	@Query("delete from AppendOnlyStack s where s.name = :name")
	void delete(String name);

}
