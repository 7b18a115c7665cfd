package io.github.appendonly.jpa.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiPredicate;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When stacks are looked at, by a clock that only the tests move. Times are milliseconds
 * here.
 */
class ScheduleTests {

	private static final long MILLISECOND = 1_000_000;

	private final Schedule schedule = new Schedule(Duration.ofMillis(5), Duration.ofSeconds(1));

	/**
	 * A look at stacks.
	 */
	private record Look(long at, List<String> stacks) {
	}

	/**
	 * Looks until a time.
	 * @param active whether a stack has changed at a time
	 */
	private List<Look> lookUntil(long end, BiPredicate<String, Long> active) {
		List<Look> looks = new ArrayList<>();
		OptionalLong next = this.schedule.next();
		while (next.isPresent() && next.getAsLong() <= end * MILLISECOND) {
			long now = next.getAsLong();
			List<String> due = this.schedule.take(now);
			looks.add(new Look(now / MILLISECOND, due));
			due.forEach((stack) -> this.schedule.looked(stack, active.test(stack, now / MILLISECOND), now));
			next = this.schedule.next();
		}
		return looks;
	}

	private List<Look> lookUntil(long end) {
		return lookUntil(end, (stack, now) -> false);
	}

	@Test
	void stackThatDoesNotChangeIsLookedAtLessAndLess() {
		this.schedule.add("quiet", 0);
		assertThat(lookUntil(5000)).extracting(Look::at)
			.containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 320L, 640L, 1000L, 2000L, 3000L, 4000L, 5000L);
	}

	@Test
	void stackThatChangesIsLookedAtAfterTheShortestInterval() {
		this.schedule.add("busy", 0);
		assertThat(lookUntil(1000, (stack, now) -> true)).hasSize(200);
	}

	@Test
	void changeOfAQuietStackShortensItsInterval() {
		this.schedule.add("quiet", 0);
		assertThat(lookUntil(3020, (stack, now) -> now == 3000)).extracting(Look::at)
			.endsWith(2000L, 3000L, 3005L, 3010L, 3020L);
	}

	/**
	 * Wherever each of them was added, and whenever it last changed.
	 */
	@Test
	void quietStacksAreLookedAtTogether() {
		for (int stack = 0; stack < 1000; stack++) {
			this.schedule.add("stack " + stack, stack * 3L * MILLISECOND);
			lookUntil(stack * 3L);
		}
		lookUntil(5000, (stack, now) -> stack.equals("stack " + now % 1000));
		lookUntil(10_000);
		assertThat(lookUntil(20_000)).hasSize(10).allSatisfy((look) -> assertThat(look.stacks()).hasSize(1000));
	}

	@Test
	void busyStackIsLookedAtWithoutTheQuietOnes() {
		this.schedule.add("quiet", 0);
		this.schedule.add("busy", 0);
		BiPredicate<String, Long> busy = (stack, now) -> stack.equals("busy");
		lookUntil(2000, busy);
		List<Look> looks = lookUntil(3000, busy);
		assertThat(looks).hasSize(200);
		assertThat(looks.stream().filter((look) -> look.stacks().contains("quiet"))).extracting(Look::at)
			.containsExactly(3000L);
	}

	@Test
	void stackThatIsRemovedIsNotLookedAt() {
		this.schedule.add("one", 0);
		this.schedule.add("other", 0);
		this.schedule.remove("one");
		assertThat(this.schedule.take(5 * MILLISECOND)).containsExactly("other");
		this.schedule.remove("other");
		this.schedule.looked("other", true, 5 * MILLISECOND);
		this.schedule.failed("other", 5 * MILLISECOND);
		assertThat(this.schedule.next()).isEmpty();
	}

	@Test
	void stackThatIsRemovedAndAddedDuringALookIsLookedAtOnce() {
		this.schedule.add("one", 0);
		this.schedule.take(5 * MILLISECOND);
		this.schedule.remove("one");
		this.schedule.add("one", 6 * MILLISECOND);
		this.schedule.looked("one", false, 16 * MILLISECOND);
		assertThat(this.schedule.take(1000 * MILLISECOND)).containsExactly("one");
	}

	@Test
	void stacksThatCouldNotBeLookedAtWaitForTheLongestInterval() {
		this.schedule.add("one", 0);
		this.schedule.take(5 * MILLISECOND);
		this.schedule.failed("one", 5 * MILLISECOND);
		assertThat(this.schedule.next()).hasValue(1000 * MILLISECOND);
	}

	@Test
	void allAreLookedAtOnDemand() {
		this.schedule.add("one", 0);
		this.schedule.add("other", 0);
		lookUntil(2000);
		this.schedule.expedite(2100 * MILLISECOND);
		assertThat(this.schedule.take(2100 * MILLISECOND)).containsExactlyInAnyOrder("one", "other");
		assertThat(this.schedule.next()).isEmpty();
		this.schedule.expedite(2200 * MILLISECOND);
		assertThat(this.schedule.next()).isEmpty();
	}

}
