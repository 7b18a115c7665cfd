package io.github.appendonly.benchmarks.application;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * Items of many feeds.
 */
public interface AccountItemRepository extends JpaRepository<AccountItem, Long> {

}
