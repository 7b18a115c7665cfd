package io.github.appendonly.jpa.item;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Encoded items, and the keys of those that have one.
 *
 * @param items the items
 * @param keys the keys, by the index of the item
 */
public record KeyedItems(JsonArray items, ItemKeys keys) {

	public static KeyedItems without(JsonArray items) {
		return new KeyedItems(items, ItemKeys.NONE);
	}

	public static KeyedItems join(List<KeyedItems> arrays) {
		JsonArray items = JsonArray.join(arrays.stream().map(KeyedItems::items).toList());
		if (arrays.stream().allMatch((array) -> array.keys.isEmpty())) {
			return without(items);
		}
		NavigableMap<Integer, String> keys = new TreeMap<>();
		int before = 0;
		for (KeyedItems array : arrays) {
			int first = before;
			array.keys.byIndex().forEach((index, key) -> keys.put(first + index, key));
			before += array.items.length();
		}
		return new KeyedItems(items, new ItemKeys(keys));
	}

}
