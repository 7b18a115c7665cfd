package io.github.appendonly.benchmarks.application;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * Items with an id from a sequence.
 */
public interface SequenceItemRepository extends JpaRepository<SequenceItem, Long> {

}
