package io.github.appendonly.jpa.sequencer;

import java.util.List;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Numbered;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A database that goes back to an earlier state and goes on from there, as it does when a
 * replica is promoted that lacks the last commits.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
public class FailoverTests extends DatabaseTests {

	private void save() {
		JdbcClient jdbc = node().jdbc();
		jdbc.sql("drop table if exists saved_stack").update();
		jdbc.sql("create table saved_stack as select * from appendonly_stack").update();
		jdbc.sql("drop table if exists saved_slice").update();
		jdbc.sql("create table saved_slice as select * from appendonly_slice where stack = '" + this.name + "'")
			.update();
	}

	/**
	 * Goes back to the saved state. The table of the stacks is filled anew each time, so
	 * that rows that are written afterwards come to the same physical places.
	 */
	private void restore() {
		node().inTransaction(() -> {
			JdbcClient jdbc = node().jdbc();
			jdbc.sql("truncate table appendonly_stack").update();
			jdbc.sql("insert into appendonly_stack select * from saved_stack").update();
			jdbc.sql("delete from appendonly_slice where stack = ?").param(this.name).update();
			jdbc.sql("insert into appendonly_slice select * from saved_slice").update();
		});
	}

	@Test
	void nodeThatHasPushedWhatWasLostDoesNotBuildOnIt() {
		AppendStack<String> onA = stack(bounds(10, 100));
		AppendStack<String> onB = secondNode().structures().stack(this.name, String.class, bounds(10, 100));
		onA.pushAll(Numbered.items(0, 4));
		save();
		restore();
		onA.push("lost");
		restore();
		onB.pushAll(Numbered.items(4, 7));
		onA.push("7");
		assertThat(onB.fromOldest(100).entries()).isEqualTo(Numbered.entries(0, 8, 100));
		assertThat(onA.newest(100)).isEqualTo(Numbered.newestFirst(0, 8, 100));
		assertThat(onA.size()).isEqualTo(8);
	}

	@Test
	void eachWriteOfARowLeavesAVersionThatDoesNotComeAgain() {
		AppendStack<String> stack = stack();
		stack.push("0");
		save();
		stack.push("lost");
		long lost = version();
		restore();
		stack.push("1");
		assertThat(version()).isNotEqualTo(lost);
		assertThat(items(stack)).isEqualTo(List.of("0", "1"));
	}

	private long version() {
		return node().jdbc()
			.sql("select version from appendonly_stack where name = ?")
			.param(this.name)
			.query(Long.class)
			.single();
	}

}
