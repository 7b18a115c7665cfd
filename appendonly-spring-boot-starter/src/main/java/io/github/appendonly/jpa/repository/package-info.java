/**
 * The Spring Data repositories: the queries that read the tables for users and operators.
 */
@NullMarked
package io.github.appendonly.jpa.repository;

import org.jspecify.annotations.NullMarked;
