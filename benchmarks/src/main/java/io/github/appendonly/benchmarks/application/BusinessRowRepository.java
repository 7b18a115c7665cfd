package io.github.appendonly.benchmarks.application;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * What transactions are about.
 */
public interface BusinessRowRepository extends JpaRepository<BusinessRow, Long> {

}
