package io.github.appendonly.jpa.retention;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Members of families with limits of their own. Items are placed long ago by changing
 * their rows.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@SuppressWarnings("UnnecessaryLambda") // settings are handed on
class FamilyRetentionTests extends DatabaseTests {

	private static final Consumer<StackSettings<String>> DAY = (stack) -> stack.bounds(10, 3)
		.retention(Duration.ofDays(1));

	private static final Consumer<StackSettings<String>> YEARS = (stack) -> stack.bounds(10, 3)
		.retention(Duration.ofDays(3650));

	private static RetentionRunner runner(Node node) {
		return node.bean(JpaAppendOnlyStructures.class).retention(100);
	}

	private static Removed run(Node node) {
		return runner(node).run();
	}

	private String member(String member) {
		return this.name + "-" + member;
	}

	private void family(Node node, Consumer<StackSettings<String>> settings) {
		node.structures().family(member(""), String.class, settings);
	}

	private static AppendStack<String> stack(Node node, String name, Consumer<StackSettings<String>> settings) {
		return node.structures().stack(name, String.class, settings);
	}

	private void age(String name) {
		for (String change : List.of("appendonly_slice set written_at = written_at - interval '100' day where stack",
				"appendonly_archived_layer set newest_at = newest_at - interval '100' day where archive",
				"appendonly_stack set retention_due = retention_due - interval '100' day where name")) {
			node().jdbc().sql("update " + change + " = ?").param(name).update();
		}
	}

	private void lock(String name) {
		node().jdbc()
			.sql("select version from appendonly_stack where name = ? for update")
			.param(name)
			.query(Long.class)
			.single();
	}

	private List<Long> limits(String name) {
		return node().jdbc()
			.sql("select coalesce(retention, 0), coalesce(max_bytes, 0), coalesce(keep_for_subscribers, 0)"
					+ " from appendonly_stack where name = ?")
			.param(name)
			.query((row, number) -> List.of(row.getLong(1), row.getLong(2), row.getLong(3)))
			.single();
	}

	@Test
	void familyOfAnotherNodeLeavesTheMembersOwnRetention() {
		AppendStack<String> own = stack(node(), member("own"), YEARS);
		own.pushAll(Numbered.items(0, 7));
		run(node());
		age(member("own"));
		family(secondNode(), DAY);
		run(secondNode());
		run(secondNode());
		assertThat(own.size()).isEqualTo(7);
	}

	@Test
	void memberThatIsLockedDoesNotKeepOthersFromTheirOwnLimits() {
		family(node(), DAY);
		AppendStack<String> own = stack(node(), member("a"), YEARS);
		own.pushAll(Numbered.items(0, 7));
		stack(secondNode(), member("b"), (with) -> {
		}).push("x");
		age(member("a"));
		node().inTransaction(() -> {
			lock(member("b"));
			return elsewhere(() -> run(node()));
		});
		assertThat(own.size()).isEqualTo(7);
		assertThat(limits(member("b"))).containsExactly(0L, 0L, 0L);
		run(node());
		assertThat(limits(member("b"))).containsExactly(86_400L, 0L, 0L);
	}

	@Test
	void familyFillsWhatAMemberLacks() {
		stack(secondNode(), member("a"), (with) -> with.maxBytes(5_000)).push("0");
		family(node(), (with) -> with.retention(Duration.ofDays(1)).maxBytes(7_000).keepForSubscribers(2));
		run(node());
		assertThat(limits(member("a"))).containsExactly(86_400L, 5_000L, 2L);
	}

	@Test
	void familyWithoutLimitsRemovesNone() {
		stack(secondNode(), member("a"), YEARS.andThen((with) -> with.maxBytes(5_000).keepForSubscribers(3))).push("0");
		List<Long> own = limits(member("a"));
		family(node(), (with) -> with.retention(Duration.ZERO).maxBytes(0).keepForSubscribers(0));
		run(node());
		assertThat(limits(member("a"))).isEqualTo(own);
		family(node(), (with) -> with.retention(Duration.ofDays(1)).maxBytes(0).keepForSubscribers(0));
		run(node());
		assertThat(limits(member("a"))).isEqualTo(own);
	}

	@Test
	void memberThatWantsNoLimitGetsNoneFromItsFamily() {
		AppendStack<String> own = stack(node(), member("a"), (with) -> with.bounds(10, 3).retention(Duration.ZERO));
		own.pushAll(Numbered.items(0, 7));
		family(node(), DAY);
		run(node());
		age(member("a"));
		run(node());
		assertThat(own.size()).isEqualTo(7);
		assertThat(limits(member("a"))).containsExactly(0L, 0L, 0L);
	}

	/**
	 * The archive could be shortened without the row that is locked.
	 */
	@Test
	void nothingIsRemovedFromAStackThatLacksTheLimitsOfItsHandle() {
		stack(secondNode(), this.name, DAY.andThen((with) -> with.bounds(2, 3).archived()))
			.pushAll(Numbered.items(0, 12));
		run(secondNode());
		age(this.name);
		stack(node(), this.name, (with) -> with.retention(Duration.ofDays(3650)));
		Removed removed = node().inTransaction(() -> {
			lock(this.name);
			return elsewhere(() -> run(node()));
		});
		assertThat(removed).isEqualTo(new Removed(0, 0, 0, 0, 0, 1));
		assertThat(node().structures().history(this.name, String.class).size()).isEqualTo(12);
		assertThat(run(node())).isEqualTo(Removed.NOTHING);
		assertThat(node().structures().history(this.name, String.class).size()).isEqualTo(12);
	}

	@Test
	void familyIsAppliedAfterARunThatWasStopped() {
		stack(secondNode(), member("a"), (with) -> {
		}).push("0");
		family(node(), DAY);
		RetentionRunner runner = runner(node());
		runner.stop(true);
		runner.run();
		assertThat(runner.isNeeded()).isTrue();
		runner.stop(false);
		runner.run();
		assertThat(limits(member("a"))).containsExactly(86_400L, 0L, 0L);
	}

}
