package io.github.appendonly.jpa.repository;

import java.util.Optional;

import io.github.appendonly.jpa.entity.ArchivedLayerRow;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/**
 * Reads the rows of the archives.
 */
public interface ArchivedLayerRepository extends Repository<ArchivedLayerRow, ArchivedLayerRow.Key> {

	/**
	 * Returns the first name after another name. It is one step through an index, however
	 * many layers there are.
	 */
	@Query("select min(a.archive) from AppendOnlyArchivedLayer a where a.archive > :after")
	Optional<String> nameAfter(String after);

}
