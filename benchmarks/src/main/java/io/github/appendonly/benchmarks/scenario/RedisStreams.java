package io.github.appendonly.benchmarks.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.appendonly.benchmarks.application.RedisItems;
import io.github.appendonly.benchmarks.database.RedisServer;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.LocalContender;
import tools.jackson.databind.json.JsonMapper;

/**
 * Redis streams, where Redis is installed: one that makes each write durable before it
 * answers, and one that does so every second. Nothing is ever trimmed.
 */
final class RedisStreams implements AutoCloseable {

	static final String ALWAYS = "redis-always";

	private static final List<String> NAMES = List.of(ALWAYS, "redis-everysec");

	private final List<RedisServer> servers = new ArrayList<>();

	private final List<RedisItems> clients = new ArrayList<>();

	private final List<Contender> contenders = new ArrayList<>();

	private RedisStreams() {
	}

	/**
	 * Starts the servers of the contenders that play.
	 */
	static RedisStreams start(Bench bench) {
		RedisStreams streams = new RedisStreams();
		List<String> playing = NAMES.stream().filter((name) -> bench.options().plays(name, List.of())).toList();
		if (!RedisServer.isInstalled()) {
			bench.report().tell("Redis is left out, because redis-server is not on the path");
			return streams;
		}
		try {
			playing.forEach((name) -> streams.start(name, bench.application().bean(JsonMapper.class)));
			return streams;
		}
		catch (RuntimeException ex) {
			streams.close();
			throw ex;
		}
	}

	private void start(String name, JsonMapper mapper) {
		RedisServer server = RedisServer.start(name.substring(name.indexOf('-') + 1));
		this.servers.add(server);
		RedisItems items = new RedisItems(server.port(), mapper);
		this.clients.add(items);
		RedisCheck check = new RedisCheck(items);
		this.contenders.add(new LocalContender(name, check::clear, (worker) -> {
			items.add(worker.next());
			return 1;
		}, check));
	}

	/**
	 * Adds these contenders to others.
	 */
	List<Contender> and(Contender... others) {
		return Stream.concat(Stream.of(others), this.contenders.stream()).toList();
	}

	/**
	 * Adds the durable stream to a baseline, if it plays.
	 */
	String[] baselines(String first) {
		return Stream.concat(Stream.of(first), this.contenders.stream().map(Contender::name).filter(ALWAYS::equals))
			.toArray(String[]::new);
	}

	@Override
	public void close() {
		this.clients.forEach(RedisItems::close);
		this.servers.forEach(RedisServer::close);
	}

}
