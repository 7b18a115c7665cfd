/**
 * The tables. Each has one class with the statements that write it, and one Spring Data
 * repository with the queries that read it.
 */
@NullMarked
package io.github.appendonly.jpa.table;

import org.jspecify.annotations.NullMarked;
