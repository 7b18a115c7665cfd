package io.github.appendonly.soak;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.torture.TortureJournal;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Compares what followers saw, and what durable subscribers did, with the content of the
 * stacks.
 */
final class SoakVerdict {

	/** Rows are read in portions, because nobody could hold all of them. */
	private static final int PORTION = 10_000;

	private final Path directory;

	private final Map<String, Soaked> stacks = new HashMap<>();

	private int repeated;

	SoakVerdict(Path directory) {
		this.directory = directory;
	}

	void add(String stack, Soaked content) {
		this.stacks.put(stack, content);
	}

	private Soaked stack(String name) {
		return Objects.requireNonNull(this.stacks.get(name));
	}

	/**
	 * Each follower has the exact sequence.
	 */
	void judgeFollowers() {
		for (int follower = 0; follower < SoakNode.FOLLOWERS; follower++) {
			judgeFollower(follower);
		}
	}

	private void judgeFollower(int follower) {
		SoakFollower.Kind kind = SoakNode.kindOf(follower);
		String name = SoakNode.nameOf(follower) + ", " + kind;
		Soaked stack = stack(SoakNode.stackOf(follower));
		AtomicReference<Optional<SoakTrail.Seen>> last = new AtomicReference<>(Optional.empty());
		SoakTrail.parts(this.directory, SoakNode.nameOf(follower))
			.forEach((part) -> TortureJournal.read(part, (line) -> {
				SoakTrail.Seen seen = SoakTrail.Seen.parse(line);
				requireSame(name, stack, last.get().orElse(seen).first(), seen);
				last.set(Optional.of(seen));
			}));
		assertThat(last.get()).as(name).hasValueSatisfying((seen) -> {
			assertThat(seen.end()).as("%s came to the end", name).isEqualTo(stack.size());
			if (kind != SoakFollower.Kind.FROM_NEWEST) {
				assertThat(seen.first()).as("%s began with", name).isZero();
			}
		});
	}

	private static void requireSame(String name, Soaked stack, int first, SoakTrail.Seen seen) {
		if (seen.first() != first || seen.end() > stack.size() || seen.sum() != stack.sum(first, seen.end())) {
			fail("%s saw other entries than %d to %d: %s", name, first, seen.end(), seen);
		}
	}

	/**
	 * The effects of each transactional subscriber are there exactly once, in order.
	 */
	void judgeTransactional(Node node) {
		for (SoakSubscribers.Subscriber subscriber : SoakSubscribers.TRANSACTIONAL) {
			Soaked stack = stack(subscriber.stack());
			SoakTrail.Seen seen = node.inTransaction(() -> effects(node, subscriber.id()));
			requireSame(subscriber.id(), stack, 0, seen);
			assertThat(seen.end()).as(subscriber.id()).isEqualTo(stack.size());
		}
	}

	private static SoakTrail.Seen effects(Node node, String subscriber) {
		JdbcTemplate jdbc = new JdbcTemplate(Objects.requireNonNull(node.bean(JdbcTemplate.class).getDataSource()));
		jdbc.setFetchSize(PORTION);
		AtomicReference<SoakTrail.Seen> all = new AtomicReference<>(new SoakTrail.Seen(0, 0, 0));
		jdbc.query("select generation, place, item from soak_effect where subscriber = ? order by id", (row) -> {
			Position position = new Position(row.getLong(1), row.getInt(2));
			SoakTrail.Seen before = all.get();
			if (Soaked.number(position) != before.end()) {
				fail("%s has handled %s after %d entries", subscriber, position, before.end());
			}
			all.set(before.with(before.end(), new Entry<>(position, row.getString(3))));
		}, subscriber);
		return all.get();
	}

	/**
	 * Each other subscriber has handled everything at least once, in order: it may have
	 * gone back, but has left nothing out.
	 */
	void judgeOutside() {
		for (SoakSubscribers.Subscriber subscriber : SoakSubscribers.OUTSIDE) {
			Soaked stack = stack(subscriber.stack());
			int[] end = { 0 };
			TortureJournal.read(this.directory.resolve(subscriber.id()), (line) -> {
				SoakTrail.Seen batch = SoakTrail.Seen.parse(line);
				requireSame(subscriber.id(), stack, batch.first(), batch);
				if (batch.first() > end[0]) {
					fail("%s has handled %s after %d entries", subscriber.id(), batch, end[0]);
				}
				this.repeated += Math.min(end[0], batch.end()) - batch.first();
				end[0] = Math.max(end[0], batch.end());
			});
			assertThat(end[0]).as(subscriber.id()).isEqualTo(stack.size());
		}
	}

	@Override
	public String toString() {
		return "%,d entries, of which %,d were handled again outside of transactions"
			.formatted(this.stacks.values().stream().mapToInt(Soaked::size).sum(), this.repeated);
	}

}
