package io.github.appendonly.jpa.entity;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.ConcreteProxy;

/**
 * The items that one transaction appended to one accumulator.
 */
@Entity(name = "AppendOnlyAccumulator")
@Table(name = "appendonly_accumulator")
@ConcreteProxy
public abstract class AccumulatorRow extends QueueRow {

}
