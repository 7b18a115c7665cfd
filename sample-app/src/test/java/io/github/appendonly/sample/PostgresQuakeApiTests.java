package io.github.appendonly.sample;

@OnPostgres
class PostgresQuakeApiTests extends QuakeApiTests {

}
