package io.github.appendonly.sample;

import java.util.Optional;

import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.data.repository.query.Param;
import org.springframework.transaction.annotation.Transactional;

/**
 * The progress of the replays.
 */
interface ReplayProgressRepository extends Repository<ReplayProgress, String> {

	@Query("select fed from ReplayProgress where name = :name")
	Optional<Integer> findFed(@Param("name") String name);

	@Transactional
	@Modifying
	@Query("insert into ReplayProgress (name, fed) values (:name, 0) on conflict (name) do nothing")
	void begin(@Param("name") String name);

	/**
	 * Advances by one event.
	 * @param name the replay
	 * @param from the number of events recorded before
	 * @return 1, or 0 if that number has changed, because another node has advanced it
	 */
	@Modifying
	@Query("update ReplayProgress set fed = fed + 1 where name = :name and fed = :from")
	int advance(@Param("name") String name, @Param("from") int from);

}
