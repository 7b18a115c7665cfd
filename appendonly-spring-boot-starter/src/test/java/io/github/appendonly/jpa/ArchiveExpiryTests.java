package io.github.appendonly.jpa;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.History;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ParameterizedClass
@EnumSource(TestDatabase.class)
public class ArchiveExpiryTests extends DatabaseTests {

	private static final Instant DAY = Instant.parse("2026-01-02T00:00:00Z");

	private Archive<String> archive() {
		return node().structures().archive(this.name, String.class);
	}

	private History<String> history() {
		return node().structures().history(this.name, String.class);
	}

	private AppendStack<String> archivedStack(int maxLayers, int maxLength) {
		return stack((stack) -> stack.bounds(maxLayers, maxLength).archived());
	}

	/**
	 * Has layers been archived a number of hours after the beginning of the day.
	 */
	private void archivedAt(int... hours) {
		List<Long> generations = node().jdbc()
			.sql("select generation from appendonly_archived_layer where archive = ? order by generation")
			.param(this.name)
			.query(Long.class)
			.list();
		assertThat(generations).hasSameSizeAs(hours);
		for (int i = 0; i < hours.length; i++) {
			node().jdbc()
				.sql("update appendonly_archived_layer set archived_at = ? where archive = ? and generation = ?")
				.params(hour(hours[i]).atOffset(ZoneOffset.UTC), this.name, generations.get(i))
				.update();
		}
	}

	private static Instant hour(int hour) {
		return DAY.plusSeconds(hour * 3600L);
	}

	private int expire(int hour) {
		return node().structures().expireArchive(this.name, hour(hour));
	}

	private List<Long> generations() {
		List<Long> generations = new ArrayList<>();
		archive().layers().forEach((layer) -> generations.add(layer.generation()));
		return generations;
	}

	private void fill(int layers, int length) {
		for (int generation = 0; generation < layers; generation++) {
			fill(Numbered.layer(generation, length));
		}
	}

	private void fill(Layer<String> layer) {
		archive().addLayer(layer);
	}

	@Test
	void layersArchivedBeforeAreRemoved() {
		fill(4, 3);
		archivedAt(1, 2, 3, 4);
		assertThat(expire(1)).isZero();
		assertThat(expire(3)).isEqualTo(2);
		assertThat(generations()).containsExactly(3L, 2L);
		assertThat(expire(3)).isZero();
		assertThat(archive().get(new Position(1, 0))).isEmpty();
		assertThat(archive().get(new Position(2, 0))).contains("6");
	}

	@Test
	void newestLayerStaysAndTheNextFollowsIt() {
		fill(3, 3);
		archivedAt(1, 2, 3);
		assertThat(expire(24)).isEqualTo(2);
		assertThat(generations()).containsExactly(2L);
		fill(Numbered.layer(3, 3));
		assertThat(items(archive())).isEqualTo(Numbered.items(6, 12));
		assertThatIllegalArgumentException().isThrownBy(() -> fill(Numbered.layer(1, 3)));
	}

	@Test
	void layerOfASlowClockStaysBehindOneThatStays() {
		fill(4, 3);
		archivedAt(1, 5, 2, 6);
		assertThat(expire(4)).isEqualTo(1);
		assertThat(generations()).containsExactly(3L, 2L, 1L);
	}

	@Test
	void countsAreOfWhatIsThere() {
		fill(4, 3);
		fill(new Layer<>(4, List.of()));
		archivedAt(1, 2, 3, 4, 5);
		expire(3);
		assertThat(archive().layerCount()).isEqualTo(3);
		assertThat(archive().size()).isEqualTo(6);
		assertThat(node().structures().status(this.name).archivedLayers()).isEqualTo(3);
		expire(24);
		assertThat(archive().layerCount()).isEqualTo(1);
		assertThat(archive().size()).isZero();
		assertThat(archive().isEmpty()).isTrue();
	}

	/**
	 * Layers of several lengths, some archived by one batch, some from one slice and some
	 * from many.
	 */
	@Test
	void eachFollowerIsToldExactlyWhenItMissesSomething() {
		AppendStack<String> stack = archivedStack(1, 3);
		stack.pushAll(Numbered.items(0, 10));
		Numbered.items(10, 14).forEach(stack::push);
		archivedStack(1, 2).pushAll(Numbered.items(14, 19));
		archivedStack(2, 1).pushAll(Numbered.items(19, 20));
		List<Entry<String>> all = history().fromOldest(100).entries();
		assertThat(all).hasSize(20);
		int layers = generations().size();
		archivedAt(IntStream.range(0, layers).toArray());
		for (int hour = 1; hour < layers; hour++) {
			expire(hour);
			int kept = history().fromOldest(100).entries().size();
			assertThat(kept).isLessThan(20);
			for (int i = 0; i < all.size(); i++) {
				Changes<String> changes = history().since(all.get(i).position(), 100);
				boolean missed = i + 1 < all.size() - kept;
				assertThat(changes.expired()).as("after %s at hour %s", all.get(i).position(), hour).isEqualTo(missed);
				assertThat(changes.entries()).isEqualTo(all.subList(missed ? all.size() - kept : i + 1, all.size()));
			}
		}
	}

	@Test
	void gapBetweenGenerationsIsNothingMissed() {
		fill(Numbered.layer(0, 3));
		fill(Numbered.layer(3, 3));
		fill(Numbered.layer(9, 3));
		fill(Numbered.layer(12, 3));
		archivedAt(1, 2, 3, 4);
		assertThat(expire(3)).isEqualTo(2);
		assertThat(archive().since(new Position(0, 2), 9).expired()).isTrue();
		assertThat(archive().since(new Position(3, 1), 9).expired()).isTrue();
		assertThat(archive().since(new Position(3, 2), 9).expired()).isFalse();
		assertThat(archive().since(new Position(5, 0), 9).expired()).isFalse();
		assertThat(archive().since(new Position(10, 0), 9).expired()).isFalse();
		assertThat(archive().since(new Position(20, 0), 9).expired()).isFalse();
	}

	@Test
	void iterationEndsWhereLayersHaveExpired() {
		fill(400, 30);
		Iterator<Entry<String>> entries = archive().iterator();
		assertThat(entries.next().item()).isEqualTo("11999");
		node().structures().expireArchive(this.name, Instant.now().plusSeconds(60));
		List<Entry<String>> left = new ArrayList<>();
		entries.forEachRemaining(left::add);
		assertThat(left).hasSizeBetween(29, 11_998);
		assertThat(archive().size()).isEqualTo(30);
	}

	@Test
	void expiryJoinsTheTransaction() {
		fill(3, 3);
		archivedAt(1, 2, 3);
		node().transaction().executeWithoutResult((status) -> {
			assertThat(expire(3)).isEqualTo(2);
			assertThat(generations()).containsExactly(2L);
			status.setRollbackOnly();
		});
		assertThat(generations()).containsExactly(2L, 1L, 0L);
	}

	@Test
	void readOnlyTransactionIsRefused() {
		TransactionTemplate readOnly = node().transaction();
		readOnly.setReadOnly(true);
		assertThatThrownBy(() -> readOnly.executeWithoutResult((status) -> expire(1)))
			.isInstanceOf(IllegalTransactionStateException.class)
			.hasMessageContaining("archive '" + this.name + "'");
	}

	@Test
	void unknownArchiveHasNothingToExpire() {
		assertThat(expire(1)).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> node().structures().expireArchive(" ", DAY));
	}

}
