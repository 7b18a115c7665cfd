package io.github.appendonly.actuate.recording;

import java.util.List;
import java.util.Objects;

import io.github.appendonly.AppendStack;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.web.exchanges.HttpExchange;
import org.springframework.boot.actuate.web.exchanges.HttpExchangeRepository;
import tools.jackson.databind.JsonNode;

/**
 * Keeps HTTP exchanges on a stack that all application instances on the database share.
 * <p>
 * Adding an exchange neither waits for the database nor fails. The exchange is queued in
 * memory, and written in the background. Headers beyond 65,536 characters are cut off.
 * <p>
 * If the process is killed, the queued exchanges are lost. If the queue is full, new
 * exchanges are dropped and counted. All others are written at least once, in the order
 * in which they were added. If the connection breaks while exchanges are being committed,
 * they may be on the stack twice, and the log says so.
 */
@RegisterReflectionForBinding(StoredHttpExchange.class)
public final class StackHttpExchangeRepository implements HttpExchangeRepository {

	private final StackRecording<StoredHttpExchange> recording;

	/**
	 * Keeps exchanges on a stack.
	 * @param stack the stack
	 * @param queueCapacity the number of exchanges that may wait to be written
	 * @throws IllegalArgumentException if the capacity is below 1
	 */
	public StackHttpExchangeRepository(AppendStack<JsonNode> stack, int queueCapacity) {
		this.recording = new StackRecording<>("HTTP exchanges", stack, StoredHttpExchange.class, queueCapacity,
				(exchanges) -> {
				});
	}

	/**
	 * The writer of the exchanges, which has to be started.
	 * @return the writer
	 */
	public BackgroundWriter<?> writer() {
		return this.recording.writer();
	}

	@Override
	public void add(HttpExchange exchange) {
		Objects.requireNonNull(exchange, "exchange");
		this.recording.add(() -> StoredHttpExchange.of(exchange));
	}

	/**
	 * Finds all exchanges on the stack, newest first. Waits briefly until exchanges that
	 * were added before are written, except in a transaction. Exchanges that cannot be
	 * read are left out, and the log says so.
	 */
	@Override
	public List<HttpExchange> findAll() {
		return this.recording.newestFirst().map(StoredHttpExchange::exchange).toList();
	}

}
