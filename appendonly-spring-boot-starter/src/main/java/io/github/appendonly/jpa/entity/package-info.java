/**
 * The entities, one for each table, and how they enter a persistence unit.
 */
@NullMarked
package io.github.appendonly.jpa.entity;

import org.jspecify.annotations.NullMarked;
