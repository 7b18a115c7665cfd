package io.github.appendonly.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/**
 * What one transaction appended to one accumulator.
 */
@Entity(name = "AppendOnlyAccumulator")
@Table(name = "appendonly_accumulator")
class AccumulatorRow extends QueueRow {

}
