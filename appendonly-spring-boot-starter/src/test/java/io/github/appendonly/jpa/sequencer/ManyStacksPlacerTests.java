package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.family.KnownTerms;
import io.github.appendonly.jpa.sequencer.plan.PortablePlanWriter;
import io.github.appendonly.jpa.sequencer.plan.PostgresPlanWriter;
import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Position;
import io.github.appendonly.UncertainCommitException;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.item.DecodedLayerCache;
import io.github.appendonly.jpa.item.Items;
import io.github.appendonly.jpa.item.JacksonItemCodec;
import io.github.appendonly.jpa.table.Database;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;
import io.github.appendonly.jpa.transaction.Transactions;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Batches of many stacks that are placed in one transaction.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ManyStacksPlacerTests extends DatabaseTests {

	private static final int STACKS = 5;

	private EntityManagerFactory unit;

	private Transactions transactions;

	private StructureTables tables;

	private ManyStacksPlacer placer;

	@BeforeEach
	void makePlacer() {
		makePlacer(node());
	}

	private void makePlacer(Node node) {
		this.unit = node.bean(EntityManagerFactory.class);
		Tenants tenants = new Tenants(this.unit);
		this.transactions = new Transactions(this.unit, tenants, node.bean(PlatformTransactionManager.class),
				Runnable::run, new ShutdownGate(), RetryPolicy.withDefaults());
		this.tables = new StructureTables(this.unit, this.transactions, false);
		BatchReporter reporter = new BatchReporter(tenants, List.of());
		Retentions retentions = new Retentions(this.transactions, this.tables.subscribers());
		if (this.tables.database() == Database.POSTGRESQL) {
			StackMemories memories = new StackMemories(tenants);
			PostgresPlanWriter writer = new PostgresPlanWriter(this.transactions, this.tables);
			this.placer = new PostgresManyStacksPlacer(this.transactions, memories, this.tables.manyStacks(),
					new PostgresPlacer(this.transactions, memories, this.tables, writer, retentions, reporter));
		}
		else {
			this.placer = new PortableManyStacksPlacer(this.transactions, new TransactionalPlacer(this.transactions,
					this.tables, new PortablePlanWriter(this.tables), retentions, reporter));
		}
	}

	@BeforeEach
	void pushFirst() {
		for (int number = 0; number < STACKS; number++) {
			stackOf(number).push("first");
		}
	}

	private AppendStack<String> stackOf(int number) {
		return stack(stackName(number));
	}

	private String stackName(int number) {
		return this.name + "-" + number;
	}

	private StackDefinition<String> definition(String stack) {
		return StackDefinition.withoutSettings(stack, KnownTerms.NONE,
				Items.of("stack '" + stack + "'", "appendonly_slice", String.class,
						new JacksonItemCodec(JsonMapper.shared()), this.unit, new DecodedLayerCache()));
	}

	private Batch pushing(String stack, String... items) {
		StackDefinition<String> definition = definition(stack);
		return new Batch(List.of(new PushRequest<>(definition, definition.items().writeAll(List.of(items)))));
	}

	private List<Batch> pushingToAll(String item) {
		return IntStream.range(0, STACKS).mapToObj((number) -> pushing(stackName(number), item)).toList();
	}

	private static void assertPlaced(Batch batch, Position position) {
		assertThat(batch.failure()).isNull();
		assertThat(batch.positions()).contains(List.of(position));
	}

	private static void assertLeft(Batch batch) {
		assertThat(batch.failure()).isNull();
		assertThat(batch.positions()).isEmpty();
	}

	@Test
	void allStacksAreOneTransaction() {
		assumeThat(this.database).isEqualTo(TestDatabase.POSTGRESQL);
		for (int round = 1; round < 4; round++) {
			List<Batch> batches = pushingToAll("round " + round);
			this.placer.place(batches);
			for (Batch batch : batches) {
				assertPlaced(batch, new Position(0, round));
			}
			assertThat(node().jdbc()
				.sql("select count(distinct xmin::text) from appendonly_slice where stack like ? and first_index = ?")
				.params(this.name + "-%", round)
				.query(Integer.class)
				.single()).isEqualTo(1);
		}
		assertHolds(stackOf(STACKS - 1), "first", "round 1", "round 2", "round 3");
	}

	@Test
	void inboxIsPlacedFirst() {
		this.placer.place(pushingToAll("remembered"));
		AppendStack<String> idle = idleNode().structures().stack(stackName(2), String.class);
		idleNode().inTransaction(() -> idle.push("waited 1"));
		idleNode().inTransaction(() -> idle.pushAll(List.of("waited 2", "waited 3")));
		List<Batch> batches = pushingToAll("last");
		this.placer.place(batches);
		assertPlaced(batches.get(1), new Position(0, 2));
		assertPlaced(batches.get(2), new Position(0, 5));
		assertThat(batches.get(2).items()).isEqualTo(4);
		assertThat(inboxRows(stackName(2))).isZero();
		assertHolds(stackOf(2), "first", "remembered", "waited 1", "waited 2", "waited 3", "last");
	}

	@Test
	void stackThatIsLockedIsLeftOut() {
		node().inTransaction(() -> {
			stackOf(1).push("locking");
			assertThat(stackOf(1).newest()).isPresent();
			List<Batch> batches = pushingToAll("a");
			runElsewhere(() -> this.placer.place(batches));
			assertLeft(batches.get(1));
			assertPlaced(batches.get(0), new Position(0, 1));
			assertPlaced(batches.get(STACKS - 1), new Position(0, 1));
		});
		assertHolds(stackOf(1), "first", "locking");
		assertHolds(stackOf(2), "first", "a");
	}

	@Test
	void stackThatAnotherNodeHasChangedIsPlannedAgain() {
		this.placer.place(pushingToAll("a"));
		stackOf(3).push("by another node");
		List<Batch> batches = pushingToAll("b");
		this.placer.place(batches);
		assertPlaced(batches.get(2), new Position(0, 2));
		assertPlaced(batches.get(3), new Position(0, 3));
		assertHolds(stackOf(3), "first", "a", "by another node", "b");
	}

	@Test
	void stackThatIsDroppedBeginsAnew() {
		this.placer.place(pushingToAll("a"));
		node().structures().drop(stackName(3));
		List<Batch> batches = pushingToAll("b");
		this.placer.place(batches);
		assertPlaced(batches.get(2), new Position(0, 2));
		if (this.database == TestDatabase.POSTGRESQL) {
			assertPlaced(batches.get(3), new Position(0, 0));
			assertHolds(stackOf(3), "b");
		}
		else {
			assertLeft(batches.get(3));
		}
	}

	@Test
	void rowsAreCreatedUnlessAnotherTransactionIsDoingIt() {
		assumeThat(this.database).isEqualTo(TestDatabase.POSTGRESQL);
		node().inTransaction(() -> {
			AppendStack<String> created = stack(this.name + "-new");
			created.push("creating");
			assertThat(created.newest()).isPresent();
			List<Batch> batches = List.of(pushing(stackName(0), "a"), pushing(this.name + "-new", "b"),
					pushing(this.name + "-new-too", "c"));
			runElsewhere(() -> this.placer.place(batches));
			assertPlaced(batches.get(0), new Position(0, 1));
			assertLeft(batches.get(1));
			assertPlaced(batches.get(2), new Position(0, 0));
		});
		assertHolds(stack(this.name + "-new"), "creating");
		assertHolds(stack(this.name + "-new-too"), "c");
	}

	@Test
	void layersThatBecomeFullArePlacedOrLeft() {
		String[] many = IntStream.range(0, 99).mapToObj((i) -> "item " + i).toArray(String[]::new);
		List<Batch> batches = List.of(pushing(stackName(0), many), pushing(stackName(1), "a"));
		this.placer.place(batches);
		assertPlaced(batches.get(1), new Position(0, 1));
		assertThat(stackOf(0).size()).isEqualTo(batches.get(0).positions().isPresent() ? 100 : 1);
	}

	@Test
	void corruptStackIsLeftOut() {
		node().jdbc().sql("update appendonly_stack set length = 7 where name = ?").param(stackName(1)).update();
		List<Batch> batches = pushingToAll("a");
		this.placer.place(batches);
		assertLeft(batches.get(1));
		assertPlaced(batches.get(0), new Position(0, 1));
		assertPlaced(batches.get(4), new Position(0, 1));
	}

	@Test
	void rowOfAnInboxThatCannotBePlacedIsLeftOut() {
		node().jdbc()
			.sql("insert into appendonly_inbox (name, length, items) values (?, 2, '[1]')")
			.param(stackName(1))
			.update();
		List<Batch> batches = pushingToAll("a");
		this.placer.place(batches);
		assertLeft(batches.get(1));
		assertPlaced(batches.get(0), new Position(0, 1));
		assertPlaced(batches.get(4), new Position(0, 1));
	}

	@Test
	void connectionThatBreaksLeavesEachBatchUncertain() {
		assumeThat(this.database).isEqualTo(TestDatabase.POSTGRESQL);
		try (Node node = this.database.create().start()) {
			node.structures().stack("kept", String.class).push("first");
			node.jdbc().sql("""
					create function break() returns trigger language plpgsql as $$ begin
						perform pg_terminate_backend(pg_backend_pid());
						return new;
					end $$""").update();
			node.jdbc()
				.sql("create trigger break before insert on appendonly_slice for each row execute function break()")
				.update();
			makePlacer(node);
			List<Batch> batches = List.of(pushing("kept", "a"), pushing("new", "b"));
			this.placer.place(batches);
			for (Batch batch : batches) {
				assertThat(batch.positions()).isEmpty();
				assertThat(batch.failure())
					.isInstanceOfSatisfying(UncertainCommitException.class,
							(failure) -> assertThat(failure.isFenceable()).isTrue())
					.hasMessageContaining("stack '" + batch.stack() + "'");
			}
		}
	}

	@Test
	void settingOfTheStatementsEndsWithThem() {
		assumeThat(this.database).isEqualTo(TestDatabase.POSTGRESQL);
		Optional<String> setting = this.transactions.inAutoCommit((connection) -> {
			this.tables.manyStacks().read(connection, List.of(stackName(0)), 1);
			try (var rows = connection.createStatement().executeQuery("show enable_seqscan")) {
				return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
			}
		});
		assertThat(setting).contains("on");
	}

}
