package io.github.appendonly.autoconfigure.app;

import org.springframework.data.repository.CrudRepository;

/**
 * A repository of the application.
 */
public interface CustomerRepository extends CrudRepository<Customer, Long> {

}
