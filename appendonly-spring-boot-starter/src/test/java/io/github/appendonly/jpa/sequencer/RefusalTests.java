package io.github.appendonly.jpa.sequencer;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.assertj.core.util.Throwables;
import org.springframework.core.NestedExceptionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * PostgreSQL refuses a batch, by its statement or at its commit. A trigger makes it do
 * so.
 */
@ParameterizedClass
@ValueSource(booleans = { false, true })
class RefusalTests {

	@Parameter
	boolean portable;

	private final String name = Node.newName();

	private Node node() {
		return TestDatabase.POSTGRESQL.shared("appendonly.portable-sql=" + this.portable);
	}

	private void refuse(String how, boolean atCommit) {
		node().jdbc().sql("""
				create or replace function refuse() returns trigger language plpgsql as $$
				begin
					if tg_argv[0] = 'terminate' then
						perform pg_terminate_backend(pg_backend_pid());
					else
						raise exception 'refused' using errcode = tg_argv[0];
					end if;
					return new;
				end
				$$""").update();
		node().jdbc()
			.sql("create " + (atCommit ? "constraint trigger refusal after" : "trigger refusal before")
					+ " insert on appendonly_slice " + (atCommit ? "deferrable initially deferred " : "")
					+ "for each row when (new.stack = '" + this.name + "') execute function refuse('" + how + "')")
			.update();
	}

	@AfterEach
	void accept() {
		node().jdbc().sql("drop trigger if exists refusal on appendonly_slice").update();
	}

	static Stream<Arguments> refusals() {
		return Stream.of("53100", "25006", "P0001", "0A000", "42501", "57014")
			.flatMap((state) -> Stream.of(Arguments.of(state, false), Arguments.of(state, true)));
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void refusalIsReportedAsItIs(String state, boolean atCommit) {
		AppendStack<String> stack = node().structures().stack(this.name, String.class);
		stack.push("before");
		refuse(state, atCommit);
		assertRefused(catchThrowable(() -> stack.push("refused")), state);
		assertRefused(catchThrowable(() -> stack.pushAll(List.of("refused", "refused"))), state);
		assertRefused(catchThrowable(() -> stack.pushAsync("refused").join()), state);
		accept();
		stack.push("after");
		DatabaseTests.assertHolds(stack, "before", "after");
	}

	private static void assertRefused(Throwable failure, String state) {
		Throwable reported = (failure instanceof CompletionException) ? Objects.requireNonNull(failure.getCause())
				: failure;
		assertThat(reported).isNotInstanceOf(UncertainCommitException.class);
		assertThat(NestedExceptionUtils.getMostSpecificCause(reported)).isInstanceOfSatisfying(SQLException.class,
				(report) -> assertThat(report.getSQLState()).as(Throwables.getStackTrace(reported)).isEqualTo(state));
	}

	@ParameterizedTest
	@ValueSource(strings = { "40003", "terminate" })
	void outcomeThatIsUnknownIsUncertain(String how) {
		AppendStack<String> stack = node().structures().stack(this.name, String.class);
		stack.push("before");
		refuse(how, true);
		assertThat(catchThrowable(() -> stack.push("uncertain"))).isInstanceOf(UncertainCommitException.class);
		accept();
		stack.push("after");
		DatabaseTests.assertHolds(stack, "before", "after");
	}

}
