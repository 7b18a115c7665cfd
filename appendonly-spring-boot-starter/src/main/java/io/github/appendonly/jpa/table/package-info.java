/**
 * The tables: all statements and queries. Each table has one class with its JDBC
 * statements, and one Spring Data repository with the queries that read it for users and
 * operators. {@code BatchStatement} puts the single statement of a batch on PostgreSQL
 * together.
 */
@NullMarked
package io.github.appendonly.jpa.table;

import org.jspecify.annotations.NullMarked;
