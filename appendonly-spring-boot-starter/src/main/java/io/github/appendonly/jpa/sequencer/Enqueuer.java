package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import io.github.appendonly.commit.GroupCommit;
import io.github.appendonly.jpa.transaction.DatabaseFailures;

/**
 * Writes the pushes of several callers to the inbox together. On PostgreSQL, this is done
 * while nodes compete for a stack.
 *
 * @param placer writes to the inbox; empty on other databases, where nothing is enqueued
 * @param wake requests that the inbox is placed soon
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
	public boolean isFaultOfItem(Throwable failure) {
		return !DatabaseFailures.isOfDatabase(failure);
	}

}
