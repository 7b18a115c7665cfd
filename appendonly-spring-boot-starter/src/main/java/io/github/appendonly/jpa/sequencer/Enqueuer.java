package io.github.appendonly.jpa.sequencer;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import io.github.appendonly.commit.GroupCommit;
import io.github.appendonly.jpa.transaction.DatabaseFailures;

/**
 * Leaves pushes in the inbox together, where nodes compete for a stack on PostgreSQL.
 *
 * @param placer writes the inbox; empty on other databases, where nothing is enqueued
 * @param wake has the inbox placed soon
 */
record Enqueuer(Optional<PostgresPlacer> placer,
		Consumer<StackDefinition<?>> wake) implements GroupCommit.Committer<PushRequest<?>, PushRequest<?>> {

	@Override
	public List<PushRequest<?>> commit(List<PushRequest<?>> requests) {
		this.placer.orElseThrow().enqueue(requests);
		this.wake.accept(requests.get(0).definition());
		return requests;
	}

	@Override
	public boolean isFaultOfItem(Exception failure) {
		return !DatabaseFailures.isOfDatabase(failure);
	}

}
