package io.github.appendonly;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Layers of which any items are gone.
 */
class LayerPropertyTests {

	@Property
	void eachIndexIsEitherAnEntryOrGone(@ForAll @Size(max = 40) List<Boolean> kept) {
		List<Entry<String>> entries = new ArrayList<>();
		List<Gone> gone = new ArrayList<>();
		for (int index = 0; index < kept.size(); index++) {
			if (kept.get(index)) {
				entries.add(Entry.of(7, index, "item " + index));
			}
			else {
				gone.add(Gone.entityDeleted(new Position(7, index), "identifier " + index));
			}
		}
		Layer<String> layer = new Layer<>(7, entries.stream().map(Entry::item).toList(), gone);
		assertThat(layer.length()).isEqualTo(kept.size());
		assertThat(layer.entries()).isEqualTo(entries);
		assertThat(IntStream.range(0, kept.size()).mapToObj(layer::entry).flatMap(Optional::stream).toList())
			.isEqualTo(entries);
	}

}
