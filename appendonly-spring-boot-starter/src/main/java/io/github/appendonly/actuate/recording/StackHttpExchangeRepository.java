package io.github.appendonly.actuate.recording;

import java.util.List;
import java.util.Objects;

import io.github.appendonly.AppendStack;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.web.exchanges.HttpExchange;
import org.springframework.boot.actuate.web.exchanges.HttpExchangeRepository;
import tools.jackson.databind.JsonNode;

/**
 * Keeps HTTP exchanges on a stack, which all application instances on the database share.
 * <p>
 * Adding an exchange neither waits for the database nor fails: it is queued in memory,
 * and written in the background. What is queued is lost with the process; what finds no
 * room is dropped and counted. All else is written at least once, in the order of adding:
 * if the connection breaks while exchanges are being committed, they may be there twice,
 * and the log says so.
 */
@RegisterReflectionForBinding(StoredHttpExchange.class)
public final class StackHttpExchangeRepository implements HttpExchangeRepository {

	private final AppendStack<JsonNode> stack;

	private final BackgroundWriter<JsonNode> handOver;

	/**
	 * Keeps exchanges on a stack.
	 * @param stack the stack
	 * @param queueCapacity the number of exchanges that may wait to be written
	 * @throws IllegalArgumentException if the capacity is below 1
	 */
	public StackHttpExchangeRepository(AppendStack<JsonNode> stack, int queueCapacity) {
		this.stack = stack;
		this.handOver = new BackgroundWriter<>("HTTP exchanges", queueCapacity, stack::pushAll);
	}

	/**
	 * What writes the exchanges, once it is started.
	 * @return the hand-over
	 */
	public BackgroundWriter<?> handOver() {
		return this.handOver;
	}

	@Override
	public void add(HttpExchange exchange) {
		Objects.requireNonNull(exchange, "exchange");
		this.handOver.add(PlainJson.write(StoredHttpExchange.of(exchange)));
	}

	/**
	 * All exchanges on the stack, the newest first. Waits a moment for what was added
	 * before, unless in a transaction.
	 */
	@Override
	public List<HttpExchange> findAll() {
		this.handOver.flush();
		return this.stack.stream()
			.map((entry) -> PlainJson.read(entry.item(), StoredHttpExchange.class).exchange())
			.toList();
	}

}
