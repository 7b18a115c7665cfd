package io.github.appendonly.autoconfigure.second;

import org.springframework.data.repository.CrudRepository;

/**
 * A repository of the application's second persistence unit.
 */
public interface InvoiceRepository extends CrudRepository<Invoice, Long> {

}
