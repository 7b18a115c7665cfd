package io.github.appendonly.jpa.table;

import java.util.Optional;

import io.github.appendonly.jpa.entity.ArchivedLayerRow;
import io.github.appendonly.jpa.item.Cut;
import io.github.appendonly.jpa.item.Slice;
import io.github.appendonly.state.ExpiryMark;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/**
 * Reads the rows of the archives.
 */
public interface ArchivedLayerRepository extends Repository<ArchivedLayerRow, ArchivedLayerRow.Key> {

	/**
	 * A layer, and the link to the layer that was archived before it.
	 *
	 * @param slice the layer
	 * @param previousGeneration the generation of the layer before it; negative if there
	 * was none
	 * @param previousLength the number of items in the layer before it
	 * @param other the generation that the next newer layer of the archive follows, in
	 * reads backwards; the generation of the oldest layer that is kept, in reads
	 * forwards; null if there is no such layer
	 */
	record Linked(Slice slice, long previousGeneration, int previousLength, @Nullable Long other) {

		Linked(long generation, int length, String json, long previousGeneration, int previousLength,
				@Nullable Long other) {
			this(new Slice(generation, 0, length, json), previousGeneration, previousLength, other);
		}

		/**
		 * Returns whether a layer is the one that this one is linked to.
		 */
		public boolean follows(Slice older) {
			return older.generation() == this.previousGeneration && older.items().length() == this.previousLength;
		}

		/**
		 * Returns whether this is the oldest layer that is kept, in reads forwards.
		 */
		public boolean isOldest() {
			return this.other != null && this.other == this.slice.generation();
		}

		/**
		 * Returns whether items after a cut are no longer kept: they have expired, or the
		 * archive began after them. This layer is the first one after the cut. If it is
		 * the first layer that was ever archived, the length of the layer before it is
		 * unknown.
		 */
		public boolean isExpired(Cut cut) {
			ExpiryMark mark = (this.previousGeneration >= 0)
					? new ExpiryMark(this.previousGeneration, this.previousLength)
					: ExpiryMark.before(this.slice.generation());
			return mark.expires(cut.generation(), cut.index());
		}

	}

	/**
	 * Returns the first name after another name. It is one step through an index, however
	 * many layers there are.
	 */
	@Query("select min(a.archive) from AppendOnlyArchivedLayer a where a.archive > :after")
	Optional<String> nameAfter(String after);

}
