package io.github.appendonly.benchmarks.application;

import java.util.List;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * Items of many feeds.
 */
public interface AccountItemRepository extends JpaRepository<AccountItem, Long> {

	/**
	 * The newest items of an account.
	 * @param accountId the account
	 * @return at most twenty, newest first
	 */
	List<AccountItem> findTop20ByAccountIdOrderByIdDesc(long accountId);

}
