package io.github.appendonly.jpa.family;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

import org.jspecify.annotations.Nullable;

/**
 * Values for all names that begin with a prefix. The longest prefix of a name counts.
 * <p>
 * All methods may be called by many threads at once.
 *
 * @param <V> the type of the values
 */
public final class Prefixes<V> {

	/**
	 * The maximum number of prefixes. Families are few, so whoever makes more of them
	 * takes a family for a stack.
	 */
	static final int MAX = 1000;

	private final NavigableMap<String, V> values = new ConcurrentSkipListMap<>();

	/**
	 * Sets the value of a prefix.
	 * @return whether it was set; not if there are too many prefixes
	 */
	public boolean put(String prefix, V value) {
		boolean room = this.values.containsKey(prefix) || this.values.size() < MAX;
		if (room) {
			this.values.put(prefix, value);
		}
		return room;
	}

	/**
	 * Returns the value of a prefix.
	 */
	public @Nullable V get(String prefix) {
		return this.values.get(prefix);
	}

	/**
	 * Removes the value of a prefix.
	 */
	public void remove(String prefix) {
		this.values.remove(prefix);
	}

	/**
	 * Returns the value for a name: that of its longest prefix. A name is no prefix of
	 * itself.
	 */
	public @Nullable V find(String name) {
		Map.Entry<String, V> entry = entry(name);
		return (entry != null) ? entry.getValue() : null;
	}

	/**
	 * Returns the longest prefix of a name.
	 */
	public Optional<String> prefixOf(String name) {
		Map.Entry<String, V> entry = entry(name);
		return (entry != null) ? Optional.of(entry.getKey()) : Optional.empty();
	}

	/**
	 * Returns a prefix that begins with another one, if there is any.
	 */
	Optional<String> longerThan(String prefix) {
		return Optional.ofNullable(this.values.higherKey(prefix)).filter((next) -> next.startsWith(prefix));
	}

	/*
	 * The key before a name is its longest prefix, or has a part in common with it: then
	 * the longest prefix is that part, or comes before it.
	 */
	private Map.@Nullable Entry<String, V> entry(String name) {
		Map.Entry<String, V> entry = this.values.lowerEntry(name);
		while (entry != null && !name.startsWith(entry.getKey())) {
			entry = this.values.floorEntry(inCommon(name, entry.getKey()));
		}
		return entry;
	}

	private static String inCommon(String one, String other) {
		int length = 0;
		while (length < other.length() && one.charAt(length) == other.charAt(length)) {
			length++;
		}
		return one.substring(0, length);
	}

}
