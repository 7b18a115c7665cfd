package io.github.appendonly.sample;

@OnH2
class H2QuakeApiTests extends QuakeApiTests {

}
