package io.github.appendonly.tenants;

import org.springframework.data.repository.CrudRepository;

/**
 * What Hibernate lets a tenant see.
 */
public interface MemoRepository extends CrudRepository<Memo, String> {

}
