package io.github.appendonly.jpa.transaction;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Entry;
import io.github.appendonly.Layer;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class ReadOnlyTransactionTests extends DatabaseTests {

	private Archive<String> archive() {
		return node().structures().archive(this.name, String.class);
	}

	private Accumulator<String> accumulator() {
		return node().structures().accumulator(this.name, String.class);
	}

	private void readOnly(Runnable work) {
		TransactionTemplate transaction = node().transaction();
		transaction.setReadOnly(true);
		transaction.executeWithoutResult((status) -> work.run());
	}

	private Map<String, Runnable> writes() {
		Map<String, Runnable> writes = new TreeMap<>();
		writes.put("push", () -> stack().push("a"));
		writes.put("pushAll", () -> stack().pushAll(List.of("a", "b")));
		writes.put("push with a pruner", () -> stack().push("a", (layer) -> {
		}));
		writes.put("append", () -> accumulator().append("a"));
		writes.put("extend", () -> accumulator().extend(List.of("a", "b")));
		writes.put("consume", () -> accumulator().consume());
		writes.put("consume some", () -> accumulator().consume(1));
		writes.put("addLayer", () -> archive().addLayer(new Layer<>(7, List.of("a"))));
		writes.put("drop", () -> node().structures().drop(this.name));
		writes.put("drop the accumulator", () -> node().structures().dropAccumulator(this.name));
		return writes;
	}

	@Test
	void everyWriteIsRefusedBeforeAnythingIsWritten() {
		stack().push("there");
		accumulator().append("there");
		archive().addLayer(new Layer<>(1, List.of("there")));
		writes().forEach((write, action) -> {
			assertThatExceptionOfType(IllegalTransactionStateException.class).as(write)
				.isThrownBy(() -> readOnly(action))
				.withMessageContaining("'" + this.name + "'")
				.withMessageContaining("read-only");
			readOnly(() -> {
				assertThatExceptionOfType(IllegalTransactionStateException.class).as(write).isThrownBy(action::run);
				assertHolds(stack(), "there");
			});
		});
		assertHolds(stack(), "there");
		assertThat(accumulator()).containsExactly("there");
		assertThat(archive().layers()).containsExactly(new Layer<>(1, List.of("there")));
		assertThat(inboxRows()).isZero();
	}

	@Test
	void writeIsRefusedInAWritableMethodThatJoinsAReadOnlyTransaction() {
		writes().forEach((write, action) -> assertThatExceptionOfType(IllegalTransactionStateException.class).as(write)
			.isThrownBy(() -> readOnly(() -> node().inTransaction(action))));
		assertThat(stack()).isEmpty();
		assertThat(accumulator()).isEmpty();
		assertThat(archive()).isEmpty();
	}

	@Test
	void everyReadWorks() {
		AppendStack<String> archived = stack(bounds(1, 2).andThen((with) -> with.archived()));
		archived.pushAll(List.of("a", "b", "c"));
		accumulator().extend(List.of("x", "y"));
		Position newest = new Position(1, 0);
		readOnly(() -> {
			assertThat(archived).containsExactly(new Entry<>(newest, "c"));
			assertThat(archived.newer(new Position(0, 0))).hasSize(1);
			assertThat(archived.since(new Position(0, 0), 5).entries()).hasSize(1);
			assertThat(archived.older(newest, 5)).isEmpty();
			assertThat(archived.newest().map(Entry::item)).contains("c");
			assertThat(archived.get(newest)).contains("c");
			assertThat(archived.size()).isEqualTo(1);
			assertThat(archived.isEmpty()).isFalse();
			assertThat(archived.bounds().maxLength()).isEqualTo(2);
			assertThat(archive().stream().map(Entry::item)).containsExactly("b", "a");
			assertThat(archive().layer(0)).contains(new Layer<>(0, List.of("a", "b")));
			assertThat(items(node().structures().history(this.name, String.class))).containsExactly("a", "b", "c");
			assertThat(accumulator()).containsExactly("x", "y");
			assertThat(accumulator().size()).isEqualTo(2);
			assertThat(node().structures().status(this.name).size()).isEqualTo(1);
		});
	}

	@Test
	void readPlacesNothing() {
		leaveInInbox("waiting");
		readOnly(() -> assertThat(stack()).isEmpty());
		assertThat(inboxRows()).isEqualTo(1);
		assertHolds(stack(), "waiting");
	}

	@Test
	void asynchronousPushIsNotPartOfIt() {
		readOnly(() -> assertThat(stack().pushAsync("a")).succeedsWithin(WAIT));
		assertHolds(stack(), "a");
	}

}
