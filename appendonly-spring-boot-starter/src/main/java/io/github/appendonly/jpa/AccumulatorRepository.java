package io.github.appendonly.jpa;

/**
 * The rows of the accumulators.
 */
interface AccumulatorRepository extends QueueRepository<AccumulatorRow> {

}
