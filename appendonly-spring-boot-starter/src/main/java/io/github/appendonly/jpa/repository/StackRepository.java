package io.github.appendonly.jpa.repository;

import io.github.appendonly.jpa.table.StackHead;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.jpa.entity.StackRow;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/**
 * Reads the rows of the stacks, for users and operators.
 */
public interface StackRepository extends Repository<StackRow, String> {

	@Query("""
			select new io.github.appendonly.jpa.table.StackHead(s.maxLayers, s.maxLength, s.archived, s.hasPruner,
				s.generation, s.length, s.oldestGeneration, s.prunedLength, s.version, s.retention, s.maxBytes,
				s.archiveMaxLayers, s.archiveMaxBytes, s.keepForSubscribers)
			from AppendOnlyStack s where s.name = :name""")
	Optional<StackHead> head(String name);

	/**
	 * Returns the rows of the stacks whose names come after a name, ordered by name.
	 */
	@Query("""
			select new io.github.appendonly.jpa.repository.StackSummary(s.name, s.maxLayers, s.maxLength, s.archived,
				s.generation, s.length, s.oldestGeneration)
			from AppendOnlyStack s where s.name > :after order by s.name""")
	List<StackSummary> after(String after, Limit limit);

}
