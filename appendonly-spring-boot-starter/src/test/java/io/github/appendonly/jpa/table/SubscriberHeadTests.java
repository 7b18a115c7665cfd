package io.github.appendonly.jpa.table;

import java.time.Duration;
import java.time.Instant;

import io.github.appendonly.Position;
import io.github.appendonly.jpa.table.SubscriberHead.Failure;
import io.github.appendonly.jpa.table.SubscriberHead.Lease;
import io.github.appendonly.jpa.table.SubscriberHead.Parking;
import io.github.appendonly.jpa.table.SubscriberHead.Skips;
import io.github.appendonly.jpa.table.SubscriberHead.State;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules by which the row of a subscriber changes, without a database.
 */
class SubscriberHeadTests {

	private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");

	private static final Instant NOW = BEFORE.plusSeconds(10);

	private static final Lease LEASED = new Lease(4, "node", NOW.plusSeconds(8));

	private static final Parking PARKED = new Parking(3, new Position(0, 5), 2);

	private final SubscriberHead row = row(State.RUNNING, Failure.NONE);

	private static SubscriberHead row(State state, Failure failure) {
		return new SubscriberHead("orders", "mails", state, at(3), BEFORE, BEFORE, failure, new Skips(1, at(2)), PARKED,
				LEASED, NOW);
	}

	private static Position at(int index) {
		return new Position(7, index);
	}

	@Test
	void newRowHasNothingButItsCursor() {
		assertThat(SubscriberHead.starting("orders", "mails", at(3), NOW)).isEqualTo(new SubscriberHead("orders",
				"mails", State.RUNNING, at(3), NOW, NOW, Failure.NONE, Skips.NONE, Parking.NONE, Lease.NONE, NOW));
	}

	@Test
	void handlingMovesTheCursorAndKeepsTheRest() {
		assertThat(this.row.handled(at(9))).isEqualTo(new SubscriberHead("orders", "mails", State.RUNNING, at(9), NOW,
				NOW, Failure.NONE, new Skips(1, at(2)), PARKED, LEASED, NOW));
		assertThat(this.row.handled(at(3)).movedAt()).isEqualTo(BEFORE);
	}

	@Test
	void batchesStaySmallUpToTheEntryThatMadeThemSo() {
		SubscriberHead halved = this.row.failedWithin(50, at(90), "broken");
		assertThat(halved.failure()).isEqualTo(new Failure(0, null, "broken", NOW, null, 50, at(90)));
		assertThat(halved.limit(100)).isEqualTo(50);
		assertThat(halved.limit(20)).isEqualTo(20);
		SubscriberHead found = halved.failedAt(at(40), "broken", Duration.ofSeconds(5));
		assertThat(found.failure()).isEqualTo(new Failure(1, at(40), "broken", NOW, NOW.plusSeconds(5), 1, at(90)));
		assertThat(found.retryIn()).isEqualTo(Duration.ofSeconds(5));
		assertThat(found.handled(at(40)).failure()).isEqualTo(new Failure(0, null, null, null, null, 1, at(90)));
		assertThat(found.handled(at(90)).failure()).isEqualTo(Failure.NONE);
		assertThat(found.handled(at(90)).limit(100)).isEqualTo(100);
	}

	@Test
	void attemptsAreCountedUntilSomethingIsHandled() {
		SubscriberHead twice = this.row.failedAt(at(4), "a", Duration.ZERO).failedAt(at(4), "b", Duration.ZERO);
		assertThat(twice.failure()).isEqualTo(new Failure(2, at(4), "b", NOW, NOW, 1, at(4)));
		assertThat(twice.retryIn()).isZero();
		assertThat(twice.notRead("c", Duration.ofSeconds(1)).failure())
			.isEqualTo(new Failure(3, null, "c", NOW, NOW.plusSeconds(1), 1, at(4)));
		assertThat(twice.handled(at(4)).failure()).isEqualTo(Failure.NONE);
		assertThat(twice.cursor()).isEqualTo(at(3));
	}

	@Test
	void stoppedRowKeepsItsCauseUntilSomebodyHelps() {
		SubscriberHead stopped = this.row.stopped(10, at(4), "broken");
		assertThat(stopped.isRunning()).isFalse();
		assertThat(stopped.failure()).isEqualTo(new Failure(10, at(4), "broken", NOW, null, 1, at(4)));
		assertThat(stopped.paused().state()).isEqualTo(State.STOPPED);
		assertThat(stopped.resumed().state()).isEqualTo(State.RUNNING);
		assertThat(stopped.resumed().failure()).isEqualTo(new Failure(0, at(4), "broken", NOW, null, 1, at(4)));
		assertThat(this.row.stopped(0, null, "expired").failure())
			.isEqualTo(new Failure(0, null, "expired", NOW, null, 0, null));
	}

	@Test
	void pausedRowGoesOnWhereItWas() {
		SubscriberHead paused = this.row.paused();
		assertThat(paused.state()).isEqualTo(State.PAUSED);
		assertThat(paused.movedTo(at(9)).state()).isEqualTo(State.PAUSED);
		assertThat(paused.resumed().cursor()).isEqualTo(at(3));
		assertThat(paused.resumed().state()).isEqualTo(State.RUNNING);
	}

	@Test
	void skippedEntryIsRecordedAndWhoWorksMovesNothing() {
		SubscriberHead skipped = this.row.stopped(10, at(4), "broken").skipped(at(4));
		assertThat(skipped).isEqualTo(new SubscriberHead("orders", "mails", State.RUNNING, at(4), NOW, NOW,
				Failure.NONE, new Skips(2, at(4)), PARKED, new Lease(5, null, null), NOW));
	}

	@Test
	void cursorThatIsMovedByHandLetsAStoppedRowGoOnAndRevokesTheLease() {
		SubscriberHead moved = this.row.stopped(10, at(4), "broken").movedTo(at(1));
		assertThat(moved.state()).isEqualTo(State.RUNNING);
		assertThat(moved.cursor()).isEqualTo(at(1));
		assertThat(moved.lease()).isEqualTo(new Lease(5, null, null));
		assertThat(moved.failure()).isEqualTo(new Failure(0, null, null, null, null, 1, at(4)));
	}

	@Test
	void droppedStackBeginsAnew() {
		SubscriberHead restarted = this.row.stopped(10, at(4), "broken").restarted();
		assertThat(restarted).isEqualTo(new SubscriberHead("orders", "mails", State.RUNNING, Position.START, NOW, NOW,
				Failure.NONE, new Skips(1, at(2)), Parking.NONE, new Lease(5, null, null), NOW));
		assertThat(this.row.paused().restarted().state()).isEqualTo(State.PAUSED);
	}

	@Test
	void parkedEntryCountsAsHandled() {
		SubscriberHead parked = this.row.stopped(10, at(4), "broken").parked(at(4));
		assertThat(parked.state()).isEqualTo(State.RUNNING);
		assertThat(parked.cursor()).isEqualTo(at(4));
		assertThat(parked.parking()).isEqualTo(new Parking(4, new Position(0, 5), 2));
	}

	@Test
	void parkedEntriesAreHandledAgainOnceEach() {
		SubscriberHead asked = this.row.replaying();
		assertThat(asked.parking()).isEqualTo(new Parking(3, new Position(0, 5), 3));
		assertThat(asked.replayed(new Position(0, 6)).parking()).isEqualTo(new Parking(2, new Position(0, 6), 2));
		assertThat(asked.parkedAgain(new Position(0, 6)).parking()).isEqualTo(new Parking(3, new Position(0, 6), 2));
		assertThat(asked.replayingNone().parking()).isEqualTo(new Parking(3, new Position(0, 5), 0));
		assertThat(asked.withoutParked().parking()).isEqualTo(Parking.NONE);
		assertThat(asked.parkedBefore(8, 1).parking()).isEqualTo(new Parking(8, Position.START, 1));
		assertThat(asked.parkedBefore(8, 1).cursor()).isEqualTo(at(3));
	}

	@Test
	void leaseCountsForOthersUntilItsTimeIsOver() {
		assertThat(this.row.leasedFor("node")).isZero();
		assertThat(this.row.leasedFor("other")).isEqualTo(Duration.ofSeconds(8));
		SubscriberHead next = this.row.leased("other", Duration.ofSeconds(3));
		assertThat(next.lease()).isEqualTo(new Lease(5, "other", NOW.plusSeconds(3)));
		assertThat(next.renewed(Duration.ofSeconds(5)).lease()).isEqualTo(new Lease(5, "other", NOW.plusSeconds(5)));
		assertThat(next.released().lease()).isEqualTo(new Lease(5, null, null));
		assertThat(next.takenOver().lease()).isEqualTo(new Lease(6, null, null));
		assertThat(next.released().leasedFor("node")).isZero();
	}

	@Test
	void rowThatNobodyLooksAtIsAnOrphanAndForgottenLater() {
		assertThat(seen(NOW.minus(SubscriberHead.ORPHANED)).isUnseen()).isFalse();
		assertThat(seen(NOW.minus(SubscriberHead.ORPHANED).minusMillis(1)).isUnseen()).isTrue();
		assertThat(seen(NOW.minus(SubscriberHead.FORGOTTEN)).isForgotten()).isFalse();
		assertThat(seen(NOW.minus(SubscriberHead.FORGOTTEN).minusMillis(1)).isForgotten()).isTrue();
		assertThat(seen(BEFORE.minusSeconds(999)).seen().seenAt()).isEqualTo(NOW);
		assertThat(seen(BEFORE).seen().movedAt()).isEqualTo(BEFORE);
	}

	private SubscriberHead seen(Instant at) {
		return new SubscriberHead("orders", "mails", State.RUNNING, at(3), BEFORE, at, Failure.NONE, Skips.NONE,
				Parking.NONE, Lease.NONE, NOW);
	}

	@Test
	void parkedStackHasTheNameOfBoth() {
		assertThat(SubscriberHead.parkedStack("orders", "mails")).isEqualTo("orders.mails.parked");
	}

}
