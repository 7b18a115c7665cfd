package io.github.appendonly;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Layers, and the entries and changes that are read from them.
 */
class LayerTests {

	@Test
	void layerKeepsTheVeryItemsInTheirOrder() {
		Object first = new Object();
		Object second = new Object();
		Layer<Object> layer = new Layer<>(7, List.of(first, second));
		assertThat(layer.generation()).isEqualTo(7);
		assertThat(layer.length()).isEqualTo(2);
		assertThat(layer.items().get(0)).isSameAs(first);
		assertThat(layer.entry(1)).contains(Entry.of(7, 1, second));
	}

	@Test
	void layerMayBeEmpty() {
		assertThat(new Layer<>(0, List.of()).length()).isZero();
	}

	@Test
	void layerDoesNotChangeWithTheListItWasMadeFrom() {
		List<String> items = new ArrayList<>(List.of("a"));
		Layer<String> layer = new Layer<>(0, items);
		items.add("b");
		assertThat(layer.items()).containsExactly("a");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> layer.items().add("c"));
	}

	@Test
	void layerHasNoEntriesBeyondItsItems() {
		Layer<String> layer = new Layer<>(0, List.of("a"));
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> layer.entry(1));
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> layer.entry(-1));
	}

	private static Gone gone(int index) {
		return Gone.entityDeleted(new Position(3, index), "id" + index);
	}

	@Test
	void itemsThatAreGoneKeepTheirPositions() {
		Layer<String> layer = new Layer<>(3, List.of("b", "d"), List.of(gone(0), gone(2), gone(4)));
		assertThat(layer.length()).isEqualTo(5);
		assertThat(IntStream.range(0, 5).mapToObj(layer::entry).flatMap(Optional::stream))
			.containsExactly(Entry.of(3, 1, "b"), Entry.of(3, 3, "d"));
		assertThat(layer.entry(4)).isEmpty();
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> layer.entry(5));
		assertThat(Layer.copyOf(layer)).isEqualTo(layer);
	}

	@Test
	void entriesHaveTheirPositionsWhateverIsGone() {
		assertThat(new Layer<>(3, List.of("a", "b")).entries()).containsExactly(Entry.of(3, 0, "a"),
				Entry.of(3, 1, "b"));
		Layer<String> layer = new Layer<>(3, List.of("b", "d", "e"), List.of(gone(0), gone(2), gone(5)));
		assertThat(layer.entries()).containsExactly(Entry.of(3, 1, "b"), Entry.of(3, 3, "d"), Entry.of(3, 4, "e"));
		assertThat(layer.items()).containsExactly("b", "d", "e");
		assertThat(new Layer<>(3, List.of(), List.of(gone(0), gone(1))).entries()).isEmpty();
	}

	@Test
	void entriesAreAListThatCannotBeChanged() {
		List<Entry<String>> entries = new Layer<>(3, List.of("b", "d"), List.of(gone(0), gone(2))).entries();
		assertThat(entries).hasSize(2).isEqualTo(List.of(Entry.of(3, 1, "b"), Entry.of(3, 3, "d")));
		assertThat(entries.get(1)).isEqualTo(Entry.of(3, 3, "d"));
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> entries.get(2));
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> entries.get(-1));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(entries::clear);
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> entries.set(0, Entry.of(3, 0, "x")));
	}

	@Test
	void layersOfTheSameItemsDifferWhereOthersAreGone() {
		Layer<String> layer = new Layer<>(3, List.of("a"), List.of(gone(0)));
		assertThat(layer).isEqualTo(new Layer<>(3, List.of("a"), List.of(gone(0))))
			.hasSameHashCodeAs(new Layer<>(3, List.of("a"), List.of(gone(0))))
			.isNotEqualTo(new Layer<>(3, List.of("a"), List.of(gone(1))))
			.isNotEqualTo(new Layer<>(3, List.of("a")));
	}

	@Test
	void whatIsGoneIsOfTheLayerAndInOrder() {
		for (List<Gone> gone : List.of(List.of(gone(2)), List.of(gone(1), gone(0)), List.of(gone(0), gone(0)),
				List.of(Gone.entityDeleted(new Position(4, 0), "id")))) {
			assertThatIllegalArgumentException().isThrownBy(() -> new Layer<>(3, List.of("a"), gone))
				.withMessageContaining("generation 3");
		}
	}

	private static Unreadable unreadable(int index) {
		return new Unreadable(new Position(3, index), "text" + index, "reason");
	}

	@Test
	void itemsThatCannotBeReadKeepTheirPositionsBesideThoseThatAreGone() {
		Layer<String> layer = new Layer<>(3, List.of("b", "e", "f"), List.of(gone(0), gone(3)),
				List.of(unreadable(2), unreadable(6)));
		assertThat(layer.length()).isEqualTo(7);
		assertThat(layer.entries()).containsExactly(Entry.of(3, 1, "b"), Entry.of(3, 4, "e"), Entry.of(3, 5, "f"));
		assertThat(IntStream.range(0, 7).mapToObj(layer::entry).flatMap(Optional::stream)).isEqualTo(layer.entries());
		assertThat(Layer.copyOf(layer)).isEqualTo(layer);
		assertThat(layer).isNotEqualTo(new Layer<>(3, List.of("b", "e", "f"), List.of(gone(0), gone(3))));
		assertThat(new Layer<>(3, List.of("a"), List.of(), List.of(unreadable(0))).entries())
			.containsExactly(Entry.of(3, 1, "a"));
	}

	@Test
	void whatCannotBeReadIsOfTheLayerAndInOrder() {
		for (List<Unreadable> unreadable : List.of(List.of(unreadable(3)), List.of(unreadable(1)),
				List.of(unreadable(2), unreadable(0)), List.of(unreadable(0), unreadable(0)),
				List.of(new Unreadable(new Position(4, 0), "text", "reason")))) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> new Layer<>(3, List.of("a"), List.of(gone(1)), unreadable))
				.withMessageContaining("generation 3");
		}
	}

	@Test
	void goneEntityHasItsIdentifierAndTheReason() {
		Gone gone = Gone.entityDeleted(new Position(3, 1), 7L);
		assertThat(gone.position()).isEqualTo(new Position(3, 1));
		assertThat(gone.identifier()).isEqualTo(7L);
		assertThat(gone.reason()).isEqualTo(Gone.Reason.ENTITY_DELETED);
	}

	@Test
	void nothingIsKeptOfAnErasedItem() {
		Gone gone = Gone.erased(new Position(3, 1));
		assertThat(gone.identifier()).isNull();
		assertThat(gone.reason()).isEqualTo(Gone.Reason.ERASED);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Gone(new Position(3, 1), "secret", Gone.Reason.ERASED))
			.withMessageContaining("3-1")
			.withMessageContaining("String");
		assertThatNullPointerException().isThrownBy(() -> Gone.erased(nothing()));
	}

	@Test
	void erasedLayerHasTheOtherItemsWhereTheyWere() {
		Unreadable unreadable = new Unreadable(new Position(3, 4), "?", "no reason");
		Layer<String> layer = new Layer<>(3, List.of("a", "c", "d"), List.of(gone(1)), List.of(unreadable));
		assertThat(layer.erased(List.of(new Position(3, 2), new Position(3, 4), new Position(3, 1))))
			.isEqualTo(new Layer<>(3, List.of("a", "d"), List.of(Gone.erased(new Position(3, 1)),
					Gone.erased(new Position(3, 2)), Gone.erased(new Position(3, 4)))));
		assertThat(layer.erased(List.of(new Position(2, 0), new Position(3, 5), Position.START))).isSameAs(layer);
		assertThat(layer.replaced(new Position(3, 2), "C"))
			.isEqualTo(new Layer<>(3, List.of("a", "C", "d"), List.of(gone(1)), List.of(unreadable)));
		assertThat(layer.replaced(new Position(3, 1), "B")).isEqualTo(layer);
	}

	@Test
	void whatIsGoneDoesNotChangeWithTheListItWasMadeFrom() {
		List<Gone> gone = new ArrayList<>(List.of(gone(0)));
		Layer<String> layer = new Layer<>(3, List.of("a"), gone);
		Changes<String> changes = new Changes<>(List.of(), Position.START, true, false, false, gone);
		gone.clear();
		assertThat(layer.gone()).containsExactly(gone(0));
		assertThat(changes.gone()).containsExactly(gone(0));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> layer.gone().clear());
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> changes.gone().clear());
	}

	@Test
	void generationIsNotNegative() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Layer<>(-1, List.of())).withMessageContaining("-1");
	}

	@Test
	void copyOfAMoreGeneralTypeEqualsTheLayer() {
		Layer<String> layer = new Layer<>(3, List.of("a", "b"));
		Layer<Object> copy = Layer.copyOf(layer);
		assertThat(copy).isEqualTo(layer);
	}

	@Test
	void nullsAreRefused() {
		assertThatNullPointerException().isThrownBy(() -> new Layer<>(0, nothing()));
		assertThatNullPointerException().isThrownBy(() -> new Layer<>(0, Arrays.asList("a", nothing())));
		assertThatNullPointerException().isThrownBy(() -> new Entry<>(new Position(0, 0), nothing()))
			.withMessage("item");
		assertThatNullPointerException().isThrownBy(() -> new Entry<>(nothing(), "a")).withMessage("position");
		assertThatNullPointerException().isThrownBy(() -> new Changes<>(nothing(), Position.START, true, false));
		assertThatNullPointerException().isThrownBy(() -> new Changes<>(List.of(), nothing(), true, false))
			.withMessage("cursor");
		assertThatNullPointerException().isThrownBy(() -> Gone.entityDeleted(nothing(), "id")).withMessage("position");
		assertThatNullPointerException().isThrownBy(() -> Gone.entityDeleted(new Position(0, 0), nothing()))
			.withMessage("identifier");
		assertThatNullPointerException().isThrownBy(() -> new Gone(new Position(0, 0), "id", nothing()))
			.withMessage("reason");
	}

	@Test
	void changesEndBeforeWhatCannotBeRead() {
		List<Entry<String>> entries = List.of(Entry.of(3, 1, "b"), Entry.of(3, 4, "e"));
		Changes<String> changes = new Changes<>(entries, new Position(3, 5), true, true, false,
				List.of(gone(2), gone(5)), List.of(unreadable(3)));
		assertThat(changes.beforeUnreadable())
			.contains(new Changes<>(entries.subList(0, 1), new Position(3, 2), false, true, false, List.of(gone(2))));
		Changes<String> first = new Changes<>(entries, new Position(3, 4), true, false, false, List.of(gone(2)),
				List.of(unreadable(0), unreadable(3)));
		assertThat(first.beforeUnreadable()).isEmpty();
		Changes<String> readable = new Changes<>(entries, new Position(3, 4), true, false, false, List.of());
		assertThat(readable.beforeUnreadable()).contains(readable);
	}

	@Test
	void changesDoNotChange() {
		List<Entry<String>> entries = new ArrayList<>(Numbered.entries(0, 2, 3));
		Changes<String> changes = new Changes<>(entries, Position.START, true, false);
		entries.clear();
		assertThat(changes.entries()).isEqualTo(Numbered.entries(0, 2, 3));
	}

}
