package io.github.appendonly.benchmarks.application;

import org.springframework.data.jpa.repository.JpaRepository;

/**
 * Heads of naive stacks.
 */
public interface NaiveHeadRepository extends JpaRepository<NaiveHead, String> {

}
