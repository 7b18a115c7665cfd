package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of all stacks with work in progress on this node, and the shared lane of each
 * tenant. A lane is removed when it has no users. So millions of stacks cost nothing. The
 * same is true of tenants.
 */
final class Lanes {

	/*
	 * A push goes to the shared lane if it may, unless its stack has work in its own lane
	 * already. It also goes there, whatever it needs, if other pushes onto the stack are
	 * there. They came first, and must be placed first. The shared lane then moves it to
	 * the stack's lane.
	 */

	/**
	 * What a push needs.
	 */
	enum Need {

		/** A place, whatever the lane. */
		ANY_LANE,

		/** The lane of its stack would be better, unless other pushes are elsewhere. */
		RATHER_OWN_LANE,

		/** The lane of its stack. */
		OWN_LANE

	}

	private final Tenants tenants;

	private final Function<Object, Lane> factory;

	private final Optional<Supplier<SharedLane>> sharedFactory;

	private final Optional<SharedLane> onlyShared;

	private final Map<Object, Lane> lanes = new ConcurrentHashMap<>();

	private final Map<Object, SharedLane> sharedLanes = new ConcurrentHashMap<>();

	/**
	 * Creates lanes.
	 * @param factory makes the lane of a stack, by its key
	 * @param sharedFactory makes a shared lane of these lanes; empty if there is none
	 */
	Lanes(Tenants tenants, Function<Object, Lane> factory, Optional<Function<Lanes, SharedLane>> sharedFactory) {
		this.tenants = tenants;
		this.factory = factory;
		this.sharedFactory = sharedFactory.map((shared) -> () -> shared.apply(this));
		this.onlyShared = tenants.exist() ? Optional.empty() : this.sharedFactory.map(Supplier::get);
	}

	/**
	 * Takes a push to a lane, where it stays until it leaves.
	 * @param request the request
	 * @param need what the push needs
	 * @param awaited whether the calling thread waits for it, and places it in the lane
	 * of its stack if it does not stay in the shared lane
	 */
	QueuedPush enter(PushRequest<?> request, Need need, boolean awaited) {
		AtomicBoolean shared = new AtomicBoolean();
		Lane entered = this.lanes.compute(this.tenants.key(request.definition().name()), (key, present) -> {
			Lane lane = (present != null) ? present : create(key);
			shared.set(lane.addUser(need == Need.ANY_LANE && lane.shared() != null));
			return lane;
		});
		return new QueuedPush(request, entered, need != Need.OWN_LANE, awaited, shared.get());
	}

	private Lane create(Object key) {
		return this.factory.apply(key).with(enterShared());
	}

	private @Nullable SharedLane enterShared() {
		if (this.onlyShared.isPresent() || this.sharedFactory.isEmpty()) {
			return this.onlyShared.orElse(null);
		}
		return this.sharedLanes.compute(tenant(),
				(key, present) -> ((present != null) ? present : this.sharedFactory.get().get()).addUser(key));
	}

	/**
	 * Returns the key of the tenant that the calling thread works for.
	 */
	Object tenant() {
		return this.tenants.key("");
	}

	void leave(QueuedPush push) {
		this.lanes.computeIfPresent(push.lane().key(), (key, lane) -> {
			boolean used = lane.removeUser(push.isShared());
			if (!used) {
				leaveShared(lane.shared());
			}
			return used ? lane : null;
		});
	}

	private void leaveShared(@Nullable SharedLane used) {
		if (used != null && used.tenant() != null) {
			this.sharedLanes.computeIfPresent(used.tenant(), (key, lane) -> lane.removeUser() ? lane : null);
		}
	}

	/**
	 * Moves users of the shared lane to the lane of their stack.
	 */
	void moveToLane(Lane moved, int users) {
		this.lanes.computeIfPresent(moved.key(), (key, lane) -> lane.moveUsers(users));
	}

	/**
	 * Returns whether a stack has work in progress.
	 * @param key the key of the stack
	 */
	boolean contains(Object key) {
		return this.lanes.containsKey(key);
	}

	/**
	 * Refuses the queued pushes that are in no batch yet. Pushes whose callers wait are
	 * not refused.
	 */
	void refuseRest() {
		this.onlyShared.ifPresent((lane) -> lane.refuse(ShutdownGate.refusal()));
		this.sharedLanes.values().forEach((lane) -> lane.refuse(ShutdownGate.refusal()));
		this.lanes.values().forEach((lane) -> lane.refuse(ShutdownGate.refusal()));
	}

}
