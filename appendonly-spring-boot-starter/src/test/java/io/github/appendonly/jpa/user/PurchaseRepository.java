package io.github.appendonly.jpa.user;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * The application's repository.
 */
public interface PurchaseRepository extends JpaRepository<Purchase, String> {

}
