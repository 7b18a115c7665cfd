package io.github.appendonly.jpa.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.table.StackVersions.Seen;
import io.github.appendonly.jpa.transaction.Tenants;
import jakarta.persistence.EntityManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whom the watcher wakes, with a database, an executor and a clock that only the tests
 * move.
 */
class WatcherTests {

	private static final long MILLISECOND = 1_000_000;

	private record Task(Runnable work, long at) {
	}

	private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::at));

	private final Map<String, Seen> rows = new HashMap<>();

	private final List<Collection<String>> looks = new ArrayList<>();

	private final List<String> woken = new ArrayList<>();

	private final List<String> placed = new ArrayList<>();

	private final List<Boolean> watching = new ArrayList<>();

	private boolean exhausted;

	private long now = 42;

	private @Nullable RuntimeException outage;

	private Runnable duringLook = () -> {
	};

	private final Watcher watcher = new Watcher(this::look,
			new Tenants(TestDatabase.H2.shared().bean(EntityManagerFactory.class)), (task, delay) -> {
				if (this.exhausted) {
					throw new OutOfMemoryError("unable to create native thread");
				}
				this.tasks.add(new Task(task, this.now + delay.toNanos()));
			}, this.placed::add, new Watcher.Intervals(Duration.ofMillis(5), Duration.ofSeconds(1)), this.watching::add,
			() -> this.now);

	private Map<String, Seen> look(Collection<String> names) {
		this.looks.add(new TreeSet<>(names));
		if (this.outage != null) {
			throw this.outage;
		}
		Map<String, Seen> seen = new HashMap<>(this.rows);
		this.duringLook.run();
		return seen;
	}

	private Watcher.Registration watch(String stack) {
		return this.watcher.watch(stack, () -> this.woken.add(stack));
	}

	private void pass(long milliseconds) {
		long end = this.now + milliseconds * MILLISECOND;
		while (!this.tasks.isEmpty() && this.tasks.peek().at() <= end) {
			Task next = this.tasks.poll();
			this.now = Math.max(this.now, next.at());
			next.work().run();
		}
		this.now = end;
	}

	private void version(String stack, long version) {
		this.rows.put(stack, new Seen(version, null));
	}

	/**
	 * Watches a stack of a version for long, and forgets who was woken until then.
	 */
	private Watcher.Registration watchForLong(String stack, long version) {
		version(stack, version);
		Watcher.Registration registration = watch(stack);
		pass(10_000);
		forget();
		return registration;
	}

	private void forget() {
		this.woken.clear();
		this.looks.clear();
	}

	@Test
	void nothingIsDoneAsLongAsNothingIsWatched() {
		this.watcher.changed("news", 1L);
		this.watcher.hint(List.of("news"));
		this.watcher.expedite();
		assertThat(this.tasks).isEmpty();
	}

	@Test
	void firstLookWakesInAnyCase() {
		watch("news");
		pass(5);
		assertThat(this.woken).containsExactly("news");
		pass(10_000);
		assertThat(this.woken).containsExactly("news");
	}

	@Test
	void changeByAnotherNodeIsFoundWithinTheLongestInterval() {
		watchForLong("news", 1);
		version("news", 2);
		pass(1000);
		assertThat(this.woken).containsExactly("news");
		pass(10_000);
		assertThat(this.woken).containsExactly("news");
	}

	@Test
	void firstRowAndDropByAnotherNodeAreChanges() {
		watch("news");
		pass(10_000);
		this.woken.clear();
		version("news", 7);
		pass(1000);
		assertThat(this.woken).containsExactly("news");
		this.rows.clear();
		pass(1000);
		assertThat(this.woken).containsExactly("news", "news");
	}

	/**
	 * A restored backup: the version was known once.
	 */
	@Test
	void earlierVersionIsAChange() {
		watchForLong("news", 1);
		version("news", 2);
		pass(5000);
		version("news", 1);
		pass(5000);
		assertThat(this.woken).containsExactly("news", "news");
	}

	@Test
	void ownChangeWakesAtOnceWithoutALook() {
		watchForLong("news", 1);
		version("news", 2);
		this.watcher.changed("news", 2L);
		assertThat(this.woken).containsExactly("news");
		assertThat(this.looks).isEmpty();
		pass(10_000);
		assertThat(this.woken).containsExactly("news");
		assertThat(this.looks).hasSize(10);
	}

	@Test
	void ownDropWakesAtOnce() {
		watchForLong("news", 1);
		this.rows.clear();
		this.watcher.changed("news", null);
		pass(10_000);
		assertThat(this.woken).containsExactly("news");
	}

	@Test
	void changeOfAnotherStackWakesNobody() {
		watchForLong("news", 1);
		this.watcher.changed("other", 2L);
		assertThat(this.woken).isEmpty();
	}

	/**
	 * The look may have seen the stack before or after that change.
	 */
	@Test
	void lookThatAnOwnChangeOverlapsIsNotTakenForAChange() {
		watchForLong("news", 1);
		this.duringLook = () -> {
			version("news", 2);
			this.watcher.changed("news", 2L);
			this.duringLook = () -> {
			};
		};
		pass(10_000);
		assertThat(this.woken).containsExactly("news");
	}

	@Test
	void changeByAnotherNodeThatALookOfThatKindMissesIsFoundByTheNext() {
		watchForLong("news", 1);
		this.duringLook = () -> {
			version("news", 3);
			this.watcher.changed("news", 2L);
			this.duringLook = () -> {
			};
		};
		pass(10_000);
		assertThat(this.woken).containsExactly("news", "news");
	}

	@Test
	void hintWakesWhoWatchesThatStack() {
		watchForLong("news", 1);
		watchForLong("mails", 1);
		this.watcher.hint(List.of("news", "unknown"));
		assertThat(this.woken).containsExactly("news");
		assertThat(this.looks).isEmpty();
	}

	@Test
	void allStacksAreLookedAtOnDemand() {
		watchForLong("news", 1);
		watchForLong("mails", 1);
		version("mails", 2);
		this.watcher.expedite();
		pass(0);
		assertThat(this.looks).containsExactly(new TreeSet<>(List.of("mails", "news")));
		assertThat(this.woken).containsExactly("mails");
		pass(10_000);
		assertThat(this.looks).hasSizeLessThan(30);
	}

	@Test
	void thousandQuietStacksTakeOneLookASecond() {
		for (int stack = 0; stack < 1000; stack++) {
			version("stack " + stack, stack);
			watch("stack " + stack);
			pass(7);
		}
		pass(10_000);
		forget();
		pass(60_000);
		assertThat(this.looks).hasSize(60).allSatisfy((names) -> assertThat(names).hasSize(1000));
	}

	@Test
	void rowThatWaitsForLongIsPlaced() {
		watchForLong("news", 1);
		this.rows.put("news", new Seen(1L, 17L));
		pass(1090);
		assertThat(this.placed).isEmpty();
		pass(500);
		assertThat(this.placed).contains("news");
		assertThat(this.woken).isEmpty();
	}

	@Test
	void rowsThatComeAndGoAreLeftToTheirNode() {
		watchForLong("news", 1);
		for (long id = 0; id < 1000; id++) {
			this.rows.put("news", new Seen(1L, id));
			pass(20);
		}
		assertThat(this.placed).isEmpty();
	}

	@Test
	void outageEndsNothing() {
		watchForLong("news", 1);
		this.outage = new IllegalStateException("the database is down");
		pass(10_000);
		assertThat(this.looks).hasSize(10);
		version("news", 2);
		this.outage = null;
		pass(1000);
		assertThat(this.woken).containsExactly("news");
	}

	@Test
	void closedRegistrationIsNotWoken() {
		Watcher.Registration one = watchForLong("news", 1);
		Watcher.Registration other = this.watcher.watch("news", () -> this.woken.add("other"));
		one.close();
		one.close();
		this.watcher.changed("news", 2L);
		assertThat(this.woken).containsExactly("other");
		other.close();
		this.watcher.changed("news", 3L);
		assertThat(this.woken).containsExactly("other");
		pass(10_000);
		assertThat(this.tasks).isEmpty();
		assertThat(this.watching).containsExactly(true, false);
	}

	@Test
	void failureOfOneActionIsNotTheConcernOfOthers() {
		version("news", 1);
		this.watcher.watch("news", () -> {
			throw new IllegalStateException("broken");
		});
		watch("news");
		pass(5);
		this.watcher.changed("news", 2L);
		assertThat(this.woken).containsExactly("news", "news");
	}

	@Test
	void watchForWhichNoThreadCanBeStartedFailsAndTheNextOneWorks() {
		this.exhausted = true;
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> watch("news"));
		this.exhausted = false;
		watch("mails");
		pass(5);
		assertThat(this.woken).containsExactly("mails");
		assertThat(this.looks).containsExactly(Set.of("mails"));
	}

}
