package io.github.appendonly.sample;

import java.util.List;

import org.springframework.data.repository.Repository;

/**
 * All alerts.
 */
interface AlertRepository extends Repository<Alert, Long> {

	void save(Alert alert);

	long count();

	List<Alert> findTop5ByOrderByIdDesc();

	List<Alert> findAllByOrderById();

}
