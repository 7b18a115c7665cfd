package io.github.appendonly.jpa.sequencer;

import io.github.appendonly.jpa.family.KnownTerms;
import io.github.appendonly.jpa.sequencer.plan.PushRequest;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;
import java.util.concurrent.CompletableFuture;

import io.github.appendonly.jpa.item.JsonArray;
import org.junit.jupiter.api.Test;

import static io.github.appendonly.Nulls.nothing;
import static org.assertj.core.api.Assertions.assertThat;

class BacklogTests {

	private static final int ROUNDS = 100_000;

	private static PushRequest<String> request(int items) {
		return new PushRequest<>(StackDefinition.withoutSettings("news", KnownTerms.NONE, nothing()),
				new JsonArray(items, "[]"));
	}

	@Test
	void pushThatIsRefusedTakesNoRoomFromOthers() {
		Backlog backlog = new Backlog(new Backlog.Bounds(10, Long.MAX_VALUE, false));
		backlog.add(request(8));
		CompletableFuture<Boolean> tooLarge = CompletableFuture.supplyAsync(() -> {
			boolean refused = true;
			for (int i = 0; i < ROUNDS; i++) {
				refused &= backlog.enter(request(6), false).isPresent();
			}
			return refused;
		}, (task) -> new Thread(task).start());
		int admitted = 0;
		for (int i = 0; i < ROUNDS; i++) {
			if (backlog.enter(request(2), false).isEmpty()) {
				admitted++;
				backlog.leave(request(2));
			}
		}
		assertThat(tooLarge.join()).isTrue();
		assertThat(admitted).isEqualTo(ROUNDS);
	}

}
