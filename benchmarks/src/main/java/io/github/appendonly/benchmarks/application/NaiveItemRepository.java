package io.github.appendonly.benchmarks.application;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * Items of the naive stack.
 */
public interface NaiveItemRepository extends JpaRepository<NaiveItem, Long> {

}
