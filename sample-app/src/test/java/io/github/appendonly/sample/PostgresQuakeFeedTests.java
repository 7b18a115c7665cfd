package io.github.appendonly.sample;

@OnPostgres
class PostgresQuakeFeedTests extends QuakeFeedTests {

}
