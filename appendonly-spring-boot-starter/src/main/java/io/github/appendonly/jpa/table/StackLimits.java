package io.github.appendonly.jpa.table;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The limits of a stack and of its archive that no push applies. They are applied in the
 * background.
 * <p>
 * In a stack's row, null stands for no limit. In the terms of a push, null leaves a limit
 * as it is, and 0 removes it.
 *
 * @param retention the time in seconds for which items are kept
 * @param maxBytes the number of bytes that the layers of the stack may take
 * @param archiveMaxLayers the number of layers that the archive keeps
 * @param archiveMaxBytes the number of bytes that the layers of the archive may take
 * @param keepForSubscribers the number of layers beyond the limits and the bounds that
 * stay for durable subscribers
 */
public record StackLimits(@Nullable Long retention, @Nullable Long maxBytes, @Nullable Long archiveMaxLayers,
		@Nullable Long archiveMaxBytes, @Nullable Long keepForSubscribers) {

	/** No limits, or terms that leave all limits as they are. */
	public static final StackLimits NONE = new StackLimits(null, null, null, null, null);

	/** The columns, in the order of the components. */
	static final List<String> COLUMNS = List.of("retention", "max_bytes", "archive_max_layers", "archive_max_bytes",
			"keep_for_subscribers");

	/**
	 * Returns the columns of a row, for {@link #read}.
	 */
	static String columnsOf(String alias) {
		return alias + "." + String.join(", " + alias + ".", COLUMNS);
	}

	static StackLimits read(ResultSet row, int first) throws SQLException {
		StackLimits limits = new StackLimits(row.getObject(first, Long.class), row.getObject(first + 1, Long.class),
				row.getObject(first + 2, Long.class), row.getObject(first + 3, Long.class),
				row.getObject(first + 4, Long.class));
		return limits.equals(NONE) ? NONE : limits;
	}

	public StackLimits withRetention(long seconds) {
		return new StackLimits(seconds, this.maxBytes, this.archiveMaxLayers, this.archiveMaxBytes,
				this.keepForSubscribers);
	}

	public StackLimits withMaxBytes(long bytes) {
		return new StackLimits(this.retention, bytes, this.archiveMaxLayers, this.archiveMaxBytes,
				this.keepForSubscribers);
	}

	public StackLimits withArchiveMaxLayers(long layers) {
		return new StackLimits(this.retention, this.maxBytes, layers, this.archiveMaxBytes, this.keepForSubscribers);
	}

	public StackLimits withArchiveMaxBytes(long bytes) {
		return new StackLimits(this.retention, this.maxBytes, this.archiveMaxLayers, bytes, this.keepForSubscribers);
	}

	public StackLimits withKeepForSubscribers(long layers) {
		return new StackLimits(this.retention, this.maxBytes, this.archiveMaxLayers, this.archiveMaxBytes, layers);
	}

	/**
	 * Returns the values, in the order of the columns.
	 */
	List<@Nullable Long> values() {
		return Arrays.asList(this.retention, this.maxBytes, this.archiveMaxLayers, this.archiveMaxBytes,
				this.keepForSubscribers);
	}

	/**
	 * Calls an action with the column and the value of each term that is set.
	 */
	void forEachTerm(BiConsumer<String, Long> action) {
		for (int i = 0; i < COLUMNS.size(); i++) {
			Long term = values().get(i);
			if (term != null) {
				action.accept(COLUMNS.get(i), term);
			}
		}
	}

	/**
	 * Returns the limits of a stack after a push with these terms.
	 * @param stored the limits before
	 */
	StackLimits appliedTo(StackLimits stored) {
		if (equals(NONE) || (stored.equals(NONE) && !setAny())) {
			return stored;
		}
		return new StackLimits(applied(this.retention, stored.retention), applied(this.maxBytes, stored.maxBytes),
				applied(this.archiveMaxLayers, stored.archiveMaxLayers),
				applied(this.archiveMaxBytes, stored.archiveMaxBytes),
				applied(this.keepForSubscribers, stored.keepForSubscribers));
	}

	private static @Nullable Long applied(@Nullable Long term, @Nullable Long stored) {
		return (term == null) ? stored : (term == 0) ? null : term;
	}

	/**
	 * Returns whether no term leaves a limit as it is.
	 */
	boolean areComplete() {
		return !values().contains(null);
	}

	/**
	 * Returns these terms, and those of other ones where these leave a limit as it is.
	 */
	StackLimits orElse(StackLimits others) {
		if (others.equals(NONE) || equals(NONE)) {
			return equals(NONE) ? others : this;
		}
		return new StackLimits(orElse(this.retention, others.retention), orElse(this.maxBytes, others.maxBytes),
				orElse(this.archiveMaxLayers, others.archiveMaxLayers),
				orElse(this.archiveMaxBytes, others.archiveMaxBytes),
				orElse(this.keepForSubscribers, others.keepForSubscribers));
	}

	/**
	 * Returns those of these terms that other ones do not have.
	 */
	public StackLimits without(StackLimits others) {
		return new StackLimits(without(this.retention, others.retention), without(this.maxBytes, others.maxBytes),
				without(this.archiveMaxLayers, others.archiveMaxLayers),
				without(this.archiveMaxBytes, others.archiveMaxBytes),
				without(this.keepForSubscribers, others.keepForSubscribers));
	}

	private static @Nullable Long without(@Nullable Long term, @Nullable Long other) {
		return (other == null) ? term : null;
	}

	private static @Nullable Long orElse(@Nullable Long term, @Nullable Long other) {
		return (term != null) ? term : other;
	}

	/**
	 * Returns whether any of these terms sets a limit.
	 */
	public boolean setAny() {
		return values().stream().anyMatch((value) -> value != null && value > 0);
	}

	/**
	 * Returns whether there is a limit that only a new layer can exceed.
	 */
	boolean limitSizes() {
		return this.maxBytes != null || limitArchive();
	}

	/**
	 * Returns whether the size of the archive is limited.
	 */
	public boolean limitArchive() {
		return this.archiveMaxLayers != null || this.archiveMaxBytes != null;
	}

	/**
	 * Returns why these limits cannot be applied, if they cannot.
	 */
	Optional<String> flaw() {
		List<@Nullable Long> values = values();
		return Stream.iterate(0, (i) -> i < values.size(), (i) -> i + 1)
			.filter((i) -> Objects.requireNonNullElse(values.get(i), 0L) < 0)
			.map((i) -> COLUMNS.get(i) + " is " + values.get(i) + ": it must be at least 0")
			.findFirst();
	}

}
