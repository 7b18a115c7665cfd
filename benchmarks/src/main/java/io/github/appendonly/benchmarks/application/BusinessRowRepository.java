package io.github.appendonly.benchmarks.application;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * Business rows.
 */
public interface BusinessRowRepository extends JpaRepository<BusinessRow, Long> {

}
