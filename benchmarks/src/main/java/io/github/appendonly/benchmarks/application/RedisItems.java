package io.github.appendonly.benchmarks.application;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.connection.stream.StreamReadOptions;
import org.springframework.data.redis.connection.stream.StreamRecords;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Redis stream of items as JSON, through Spring Data Redis. As it is usual there, all
 * threads share one connection.
 */
public final class RedisItems implements AutoCloseable {

	/** Before the first item. */
	public static final RecordId START = RecordId.of("0-0");

	private static final String KEY = "orders";

	private static final String FIELD = "order";

	private final LettuceConnectionFactory connections;

	private final StringRedisTemplate redis;

	private final JsonMapper mapper;

	/**
	 * Connects to a server.
	 * @param port its port on this machine
	 * @param mapper converts items
	 */
	public RedisItems(int port, JsonMapper mapper) {
		this.connections = new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port));
		this.connections.afterPropertiesSet();
		this.connections.start();
		this.redis = new StringRedisTemplate(this.connections);
		this.mapper = mapper;
	}

	/**
	 * Adds an item.
	 * @param order the item
	 */
	public void add(Order order) {
		this.redis.opsForStream()
			.add(StreamRecords.string(Map.of(FIELD, this.mapper.writeValueAsString(order))).withStreamKey(KEY));
	}

	/**
	 * The items after another one.
	 * @param id the id of that item
	 * @param limit the maximum number
	 * @return the records, oldest first
	 */
	@SuppressWarnings("unchecked") // the only stream to read
	public List<MapRecord<String, String, String>> after(RecordId id, int limit) {
		return Objects.requireNonNull(this.redis.<String, String>opsForStream()
			.read(StreamReadOptions.empty().count(limit), StreamOffset.create(KEY, ReadOffset.from(id))));
	}

	/**
	 * The item of a record.
	 * @param entry the record
	 * @return the item
	 */
	public Order order(MapRecord<String, String, String> entry) {
		return this.mapper.readValue(entry.getValue().get(FIELD), Order.class);
	}

	/**
	 * Removes all items.
	 */
	public void clear() {
		this.redis.delete(KEY);
	}

	@Override
	public void close() {
		this.connections.destroy();
	}

}
