package io.github.appendonly.benchmarks.database;

/**
 * How to reach a database.
 *
 * @param url its JDBC URL
 * @param username the user
 * @param password the user's password
 */
public record Access(String url, String username, String password) {
}
