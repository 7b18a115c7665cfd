package io.github.appendonly.benchmarks.measure;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.appendonly.benchmarks.application.Order;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a round has the calls of each crew, and only those.
 */
class LocalContenderTests {

	private static final int FIRST_WORKER = 7;

	private static final int CALLERS = 5;

	/** Each caller makes one call. */
	private static final Load LOAD = new Load(CALLERS, false, Duration.ZERO, FIRST_WORKER);

	private final Queue<Order> stored = new ConcurrentLinkedQueue<>();

	private final Check check = (ledger) -> this.stored.forEach((order) -> ledger.stored(order.number()));

	private int write(Worker worker) {
		this.stored.add(worker.next());
		return 1;
	}

	private static int misread(Worker worker) {
		worker.expect(false);
		return 1;
	}

	@Test
	void eachCrewHasARoundOfItsKind() {
		List<Round> rounds = play(Crew.part("writes", (callers) -> 2, this::write),
				Crew.part("reads", (callers) -> callers - 2, (worker) -> 10));
		assertThat(rounds).extracting(Round::kind).containsExactly("writes", "reads");
		assertThat(rounds).extracting(Round::items).containsExactly(2L, 30L);
		assertThat(rounds).extracting(Round::lost).containsExactly(0L, 0L);
	}

	@Test
	void noWorkerIsInTwoCrews() {
		play(Crew.part("some", (callers) -> 2, this::write),
				Crew.part("others", (callers) -> callers - 2, this::write));
		assertThat(this.stored).extracting((order) -> Worker.worker(order.number()))
			.containsExactlyInAnyOrder(FIRST_WORKER, FIRST_WORKER + 1, FIRST_WORKER + 2, FIRST_WORKER + 3,
					FIRST_WORKER + 4);
	}

	@Test
	void aWrongReadIsAFaultOfItsCrew() {
		List<Round> rounds = play(Crew.part("writes", (callers) -> 2, this::write),
				Crew.part("reads", (callers) -> callers - 2, LocalContenderTests::misread));
		assertThat(rounds).extracting((round) -> round.lost() > 0).containsExactly(false, true);
	}

	@Test
	void aCallerStopsWhenNothingIsLeft() {
		AtomicInteger left = new AtomicInteger(100);
		Load endless = new Load(CALLERS, false, Duration.ofDays(1), FIRST_WORKER);
		List<Round> rounds = new LocalContender("consumers", (worker) -> {
			assertThat(left.get()).as("calls after the last").isGreaterThan(-CALLERS);
			return (left.getAndDecrement() > 0) ? 1 : 0;
		}, Check.NOTHING_STORED).play(endless);
		assertThat(rounds).extracting(Round::items).containsExactly(100L);
	}

	@Test
	void aRoundTellsHowItsItemsWerePlaced() {
		Placement placement = new Placement(new Histogram(3), 42);
		Check placing = this.check.and((ledger) -> ledger.placed(placement));
		assertThat(new LocalContender("stack", this::write, placing).play(LOAD)).extracting(Round::placement)
			.singleElement()
			.satisfies((found) -> assertThat(found).containsSame(placement));
	}

	private List<Round> play(Crew... crews) {
		return new LocalContender("contender", List.of(crews), this.check).play(LOAD);
	}

}
