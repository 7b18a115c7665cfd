package io.github.appendonly.jpa;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

import io.github.appendonly.Pruner;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.table.StackLimits;
import io.github.appendonly.jpa.table.StackTerms;
import org.jspecify.annotations.Nullable;

/**
 * Sets how much a stack keeps, and where its pruned layers go. A setting that is not made
 * leaves the stack as it is. A new stack gets what another handle of this node has set,
 * or its family. If there is none, it has {@link StackBounds#DEFAULT} and no archive.
 * Handles that make different settings are reported once.
 * <p>
 * Bounds, archiving and the limits of ages and sizes are stored with the stack, so
 * handles without settings use them too. A pruner is code and belongs to its handle.
 * While only handles without the pruner are in use, layers are not pruned: they stay
 * beyond the bounds. The next push through a handle with the pruner prunes them.
 * <p>
 * The settings are for one thread, while a handle is made.
 *
 * @param <T> the type of the items
 */
public final class StackSettings<T> {

	private static final Duration MAX_RETENTION = Duration.ofDays(365_250);

	private static final Duration MIN_KEY_RETENTION = Duration.ofSeconds(1);

	private static final Duration MAX_KEY_RETENTION = Duration.ofDays(36_525);

	private @Nullable StackBounds bounds;

	private @Nullable Boolean archived;

	private @Nullable Pruner<? super T> pruner;

	private @Nullable Integer keptForSubscribers;

	private StackLimits limits = StackLimits.NONE;

	private @Nullable Duration keyRetention;

	StackSettings() {
	}

	/**
	 * Sets the bounds. On an existing stack they take effect with the next push. Each
	 * layer keeps its length, and a layer longer than {@code maxLength} counts as full.
	 * If the stack then has more than {@code maxLayers} layers, the oldest are pruned.
	 * @param maxLayers the number of layers to keep, at least 1
	 * @param maxLength the number of items that a layer takes, at least 1
	 * @return these settings
	 * @throws IllegalArgumentException if a number is below 1
	 */
	public StackSettings<T> bounds(int maxLayers, int maxLength) {
		return bounds(new StackBounds(maxLayers, maxLength));
	}

	/**
	 * Sets the bounds, as {@link #bounds(int, int)} does.
	 * @param bounds the bounds
	 * @return these settings
	 */
	public StackSettings<T> bounds(StackBounds bounds) {
		this.bounds = Objects.requireNonNull(bounds, "bounds");
		return this;
	}

	/**
	 * Keeps pruned layers in the archive of the stack's name.
	 * @return these settings
	 */
	public StackSettings<T> archived() {
		return archived(true);
	}

	/**
	 * Sets whether pruned layers are kept in the archive of the stack's name.
	 * @param archived whether they are kept
	 * @return these settings
	 */
	public StackSettings<T> archived(boolean archived) {
		this.archived = archived;
		return this;
	}

	/**
	 * Sets a pruner. If the stack is archived too, the archive also gets the layers.
	 * @param pruner takes the pruned layers, in the transaction that drops them; it may
	 * be called on any thread
	 * @return these settings
	 */
	public StackSettings<T> pruner(Pruner<? super T> pruner) {
		this.pruner = Objects.requireNonNull(pruner, "pruner");
		return this;
	}

	/**
	 * Keeps more layers than the bounds while a durable subscriber is behind: those with
	 * an item that it has not handled, up to this number. Beyond it, the oldest layers
	 * are pruned, and the subscriber's cursor expires. What it has handled is pruned by
	 * the next push. A subscriber that no application has had for two minutes keeps
	 * nothing.
	 * <p>
	 * The number is stored with the stack, from the next push or run of the retention on.
	 * It applies to all handles on this node at once. An archived stack needs it only for
	 * its retention: subscribers read the archive.
	 * @param layers the maximum number of layers beyond the bounds; 0 for none
	 * @return these settings
	 * @throws IllegalArgumentException if the number is negative
	 */
	public StackSettings<T> keepForSubscribers(int layers) {
		if (layers < 0) {
			throw new IllegalArgumentException("keepForSubscribers must be at least 0, but is " + layers);
		}
		this.keptForSubscribers = layers;
		this.limits = this.limits.withKeepForSubscribers(layers);
		return this;
	}

	/**
	 * Limits the age of items, in the stack and in its archive. A layer is removed when
	 * its newest item is older, and no sooner than all older layers. It does not go to
	 * the archive, nor to a pruner. The last layer of the stack is removed too. Positions
	 * go on as if it had stayed.
	 * <p>
	 * A schedule removes the layers, so items stay a little longer. The age counts from
	 * the time when an item was placed, by the clock of the database.
	 * @param age the age, in whole seconds; zero to keep items however old they are
	 * @return these settings
	 * @throws IllegalArgumentException if the age is negative, has parts of a second, or
	 * is more than 1000 years
	 */
	public StackSettings<T> retention(Duration age) {
		if (!isRetention(age)) {
			throw new IllegalArgumentException("retention must be whole seconds from 0 to 1000 years, but is " + age);
		}
		this.limits = this.limits.withRetention(age.toSeconds());
		return this;
	}

	/**
	 * Returns whether a time can be a retention.
	 * @param age the time
	 * @return whether {@link #retention(Duration)} accepts it
	 */
	public static boolean isRetention(Duration age) {
		return !age.isNegative() && age.equals(Duration.ofSeconds(age.toSeconds()))
				&& age.compareTo(MAX_RETENTION) <= 0;
	}

	/**
	 * Limits the size of the stack. A schedule removes the oldest layers, so the stack
	 * may be larger meanwhile. They go to the archive, if the stack is archived. The
	 * newest layer stays, however large it is.
	 * @param bytes the size of the items as they are stored, in bytes; 0 for no limit
	 * @return these settings
	 * @throws IllegalArgumentException if the number is negative
	 */
	public StackSettings<T> maxBytes(long bytes) {
		this.limits = this.limits.withMaxBytes(requireNotNegative("maxBytes", bytes));
		return this;
	}

	/**
	 * Limits the number of layers in the stack's archive. A schedule removes the oldest
	 * layers, so the archive may have more meanwhile.
	 * @param layers the number of layers; 0 for no limit
	 * @return these settings
	 * @throws IllegalArgumentException if the number is negative
	 */
	public StackSettings<T> archiveMaxLayers(long layers) {
		this.limits = this.limits.withArchiveMaxLayers(requireNotNegative("archiveMaxLayers", layers));
		return this;
	}

	/**
	 * Limits the size of the stack's archive. A schedule removes the oldest layers, so
	 * the archive may be larger meanwhile. The newest layer stays, however large it is.
	 * @param bytes the size of the items as they are stored, in bytes; 0 for no limit
	 * @return these settings
	 * @throws IllegalArgumentException if the number is negative
	 */
	public StackSettings<T> archiveMaxBytes(long bytes) {
		this.limits = this.limits.withArchiveMaxBytes(requireNotNegative("archiveMaxBytes", bytes));
		return this;
	}

	private static long requireNotNegative(String setting, long number) {
		if (number < 0) {
			throw new IllegalArgumentException(setting + " must be at least 0, but is " + number);
		}
		return number;
	}

	/**
	 * Sets how long the keys of items are remembered, instead of until the layer of the
	 * item is pruned. It may be shorter or longer than that.
	 * <p>
	 * The time is not stored with the stack, but with each key. It applies to all handles
	 * on this node, until it is set again. Keys that are remembered already keep theirs.
	 * @param time the time since the push, from a second to a hundred years; parts of a
	 * second do not count
	 * @return these settings
	 * @throws IllegalArgumentException if the time is not in that range
	 * @see io.github.appendonly.AppendStack#push(Object, String)
	 */
	public StackSettings<T> keyRetention(Duration time) {
		this.keyRetention = requireKeyRetention(time);
		return this;
	}

	/**
	 * Returns whether keys can be remembered for a time.
	 * @param time the time
	 * @return whether {@link #keyRetention(Duration)} accepts it
	 */
	public static boolean isKeyRetention(Duration time) {
		return time.compareTo(MIN_KEY_RETENTION) >= 0 && time.compareTo(MAX_KEY_RETENTION) <= 0;
	}

	static Duration requireKeyRetention(Duration time) {
		if (!isKeyRetention(time)) {
			throw new IllegalArgumentException(
					"keyRetention must be from " + MIN_KEY_RETENTION + " to " + MAX_KEY_RETENTION + ", but is " + time);
		}
		return time;
	}

	Optional<Duration> keyRetention() {
		return Optional.ofNullable(this.keyRetention);
	}

	OptionalInt keptForSubscribers() {
		Integer layers = this.keptForSubscribers;
		return (layers != null) ? OptionalInt.of(layers) : OptionalInt.empty();
	}

	Optional<Pruner<? super T>> pruner() {
		return Optional.ofNullable(this.pruner);
	}

	/**
	 * Returns the settings in the form that travels with each push. If they set where
	 * pruned layers go, they also set whether there is a pruner. Otherwise they leave
	 * that as it is.
	 */
	StackTerms terms() {
		Optional<StackBounds> bounds = Optional.ofNullable(this.bounds);
		boolean setsDestination = this.pruner != null || this.archived != null;
		return new StackTerms(bounds.map(StackBounds::maxLayers).orElse(null),
				bounds.map(StackBounds::maxLength).orElse(null), this.archived,
				setsDestination ? this.pruner != null : null, this.limits);
	}

}
