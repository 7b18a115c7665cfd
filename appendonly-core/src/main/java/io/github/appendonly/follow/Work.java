package io.github.appendonly.follow;

import java.util.ArrayList;
import java.util.List;

/**
 * What is decided under a lock, and begun when the lock is free again.
 */
final class Work {

	private final List<Runnable> tasks = new ArrayList<>();

	void add(Runnable task) {
		this.tasks.add(task);
	}

	void begin() {
		this.tasks.forEach(Runnable::run);
	}

}
