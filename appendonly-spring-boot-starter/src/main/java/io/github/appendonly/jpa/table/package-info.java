/**
 * The tables: one class for each, with the statements that write it, and a Spring Data
 * repository with the queries that read it.
 */
@NullMarked
package io.github.appendonly.jpa.table;

import org.jspecify.annotations.NullMarked;
