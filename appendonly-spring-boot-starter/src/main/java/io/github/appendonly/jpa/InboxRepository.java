package io.github.appendonly.jpa;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;

/**
 * The rows of the stacks' inboxes.
 */
interface InboxRepository extends QueueRepository<InboxRow> {

	/**
	 * A row that waits to be placed.
	 *
	 * @param id the row's id
	 * @param items the items
	 * @param terms what they were pushed with
	 */
	record Waiting(long id, ItemArray items, StackTerms terms) {

		Waiting(long id, int length, String json, @Nullable Integer maxLayers, @Nullable Integer maxLength,
				@Nullable Boolean archived, @Nullable Boolean hasPruner) {
			this(id, new ItemArray(length, json), new StackTerms(maxLayers, maxLength, archived, hasPruner));
		}

	}

	/**
	 * What committed transactions pushed, in the order of the ids. Of two transactions of
	 * which one committed before the other began, the first has the lower id.
	 */
	@Query("""
			select new io.github.appendonly.jpa.InboxRepository$Waiting(q.id, q.length, q.items, q.maxLayers,
				q.maxLength, q.archived, q.hasPruner)
			from AppendOnlyInbox q where q.name = :name order by q.id""")
	List<Waiting> oldest(String name, Limit limit);

}
