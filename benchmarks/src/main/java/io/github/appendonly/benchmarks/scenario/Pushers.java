package io.github.appendonly.benchmarks.scenario;

import java.util.function.Consumer;

import io.github.appendonly.benchmarks.application.Application;
import io.github.appendonly.benchmarks.application.Feed;
import io.github.appendonly.benchmarks.application.FeedItem;
import io.github.appendonly.benchmarks.application.FeedItemRepository;
import io.github.appendonly.benchmarks.application.JdbcItems;
import io.github.appendonly.benchmarks.application.NaiveStack;
import io.github.appendonly.benchmarks.application.Order;
import io.github.appendonly.benchmarks.application.SequenceItem;
import io.github.appendonly.benchmarks.application.SequenceItemRepository;
import io.github.appendonly.benchmarks.measure.Check;
import io.github.appendonly.benchmarks.measure.Contender;
import io.github.appendonly.benchmarks.measure.Ledger;
import io.github.appendonly.benchmarks.measure.LocalContender;
import io.github.appendonly.benchmarks.measure.Operation;
import org.springframework.integration.jdbc.store.JdbcChannelMessageStore;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Ways to add an item to one hot feed.
 */
final class Pushers {

	static final String STACK = "AppendStack";

	static final String SAVE = "save";

	static final String JDBC_BATCH = "jdbc-batch";

	static final String NAIVE = "naive-stack";

	static final String PLAIN_INSERT = "plain-insert";

	/**
	 * After this number of items, a stack with the default bounds prunes all the time.
	 */
	private static final int STEADY = 2_000;

	private static final String GROUP = "orders";

	private final Application application;

	private final BusinessTransactions transactions;

	Pushers(Application application) {
		this.application = application;
		this.transactions = new BusinessTransactions(application);
	}

	Contender stack() {
		Feed feed = this.application.feed(Application.ORDERS);
		StackCheck check = new StackCheck(feed);
		return new LocalContender(STACK, () -> check.fill(STEADY), pushing(feed), check);
	}

	/**
	 * Pushes onto a stack.
	 */
	static Operation pushing(Feed feed) {
		return (worker) -> {
			feed.stack().push(worker.next());
			return 1;
		};
	}

	Contender stackAsync(int inFlight) {
		Feed feed = this.application.feed(Application.ORDERS);
		StackCheck check = new StackCheck(feed);
		AsyncPushes pushes = new AsyncPushes(feed.stack(), inFlight);
		return new LocalContender("AppendStack.pushAsync", () -> check.fill(STEADY), pushes, pushes.and(check));
	}

	Contender save() {
		return new LocalContender(SAVE, saving(this.application), saveCheck());
	}

	/**
	 * Saves an entity with an identity.
	 */
	static Operation saving(Application application) {
		FeedItemRepository items = application.bean(FeedItemRepository.class);
		return (worker) -> {
			items.save(new FeedItem(worker.next()));
			return 1;
		};
	}

	/**
	 * Finds the saved entities.
	 */
	Check saveCheck() {
		return rows("bench_feed_item");
	}

	Contender saveWithSequence() {
		SequenceItemRepository items = this.application.bean(SequenceItemRepository.class);
		return new LocalContender("save-sequence", (worker) -> {
			items.save(new SequenceItem(worker.next()));
			return 1;
		}, rows("bench_sequence_item"));
	}

	Contender jdbcInsert() {
		JdbcItems items = this.application.bean(JdbcItems.class);
		return new LocalContender("jdbc-insert", (worker) -> {
			items.insert(worker.next());
			return 1;
		}, rows(JdbcItems.TABLE));
	}

	Contender jdbcBatch(int size) {
		JdbcItems items = this.application.bean(JdbcItems.class);
		TransactionTemplate transaction = this.application.transaction();
		return new LocalContender(JDBC_BATCH, (worker) -> {
			transaction.executeWithoutResult((status) -> items.insertAll(worker.next(size)));
			return size;
		}, rows(JdbcItems.TABLE));
	}

	Contender messageStore() {
		JdbcChannelMessageStore store = this.application.bean(JdbcChannelMessageStore.class);
		return new LocalContender("channel-message-store", (worker) -> {
			store.addMessageToGroup(GROUP, new GenericMessage<>(worker.next()));
			return 1;
		}, new CountCheck(() -> store.messageGroupSize(GROUP), (ledger, count) -> ledger.storedInAll(count)));
	}

	Contender naive() {
		NaiveStack stack = this.application.bean(NaiveStack.class);
		return new LocalContender(NAIVE, stack::create, (worker) -> {
			worker.retried(stack.push(worker.next(), () -> {
			}));
			return 1;
		}, naiveCheck());
	}

	Contender stackInTransaction(int work) {
		Feed feed = this.application.feed(Application.ORDERS);
		StackCheck check = new StackCheck(feed);
		return new LocalContender(STACK, () -> check.fill(STEADY), inTransaction(work, feed.stack()::push),
				check.and(this.transactions.check()));
	}

	Contender saveInTransaction(int work) {
		FeedItemRepository items = this.application.bean(FeedItemRepository.class);
		return new LocalContender(PLAIN_INSERT, inTransaction(work, (order) -> items.save(new FeedItem(order))),
				saveCheck().and(this.transactions.check()));
	}

	Contender naiveInTransaction(int work) {
		NaiveStack stack = this.application.bean(NaiveStack.class);
		return new LocalContender(NAIVE, stack::create, (worker) -> {
			Order order = worker.next();
			worker.retried(stack.push(order, () -> this.transactions.work(order, work)));
			return 1;
		}, naiveCheck().and(this.transactions.check()));
	}

	private Operation inTransaction(int work, Consumer<Order> push) {
		return this.transactions.each(work, (worker, order) -> push.accept(order));
	}

	private Check rows(String table) {
		return new RowCheck(this.application.jdbc(), table);
	}

	/**
	 * Each item must be stored once, at positions without gaps.
	 */
	private Check naiveCheck() {
		JdbcClient jdbc = this.application.jdbc();
		return rows("bench_naive_item").and((ledger) -> {
			long gaps = jdbc.sql("select coalesce(max(id) + 1, 0) - count(*) from bench_naive_item")
				.query(Long.class)
				.single();
			if (gaps != 0) {
				ledger.fault(gaps + " positions without an item");
			}
		});
	}

}
