package io.github.appendonly.jpa.repository;

import java.util.List;

import io.github.appendonly.jpa.entity.SetAsideRow;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/**
 * Reads the rows of inboxes that were set aside, for operators.
 */
public interface SetAsideRepository extends Repository<SetAsideRow, Long> {

	@Query("select distinct r.name from AppendOnlySetAside r")
	List<String> names(Limit limit);

	@Query("""
			select new io.github.appendonly.jpa.repository.SetAside(r.name, r.id, r.inboxId, r.length, r.reason, r.setAsideAt)
			from AppendOnlySetAside r where r.name = :name order by r.name, r.id""")
	List<SetAside> of(String name, Limit limit);

}
