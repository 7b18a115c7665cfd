package io.github.appendonly.sample;

import java.util.List;
import java.util.Optional;

import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.data.repository.query.Param;

/**
 * The statistics of all regions.
 */
interface RegionStatisticsRepository extends Repository<RegionStatistics, String> {

	/**
	 * Adds one event, in one statement. So no event is lost, however many are added at
	 * the same time.
	 * @param region the region
	 * @param magnitude the event's magnitude
	 * @param time when the event happened
	 */
	@Modifying
	@Query("""
			insert into RegionStatistics (region, count, strongest, lastTime)
			values (:region, 1, :magnitude, :time)
			on conflict (region) do update
			set count = count + 1,
				strongest = greatest(strongest, excluded.strongest),
				lastTime = greatest(lastTime, excluded.lastTime)
			""")
	void count(@Param("region") String region, @Param("magnitude") double magnitude, @Param("time") long time);

	Optional<RegionStatistics> findByRegion(String region);

	List<RegionStatistics> findAllByOrderByStrongestDescCountDescRegionAsc();

}
