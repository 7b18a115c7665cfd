package io.github.appendonly.benchmarks.application;

import java.util.List;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

/**
 * Items with an identity.
 */
public interface FeedItemRepository extends JpaRepository<FeedItem, Long> {

	/**
	 * The newest items.
	 * @return at most a thousand, newest first
	 */
	List<FeedItem> findTop1000ByOrderByIdDesc();

	/**
	 * The id of the newest item.
	 * @return the id
	 */
	@Query("select max(item.id) from FeedItem item")
	long newestId();

	/**
	 * The items after an id.
	 * @param id the id
	 * @return at most a hundred, oldest first
	 */
	List<FeedItem> findTop100ByIdGreaterThanOrderById(long id);

}
