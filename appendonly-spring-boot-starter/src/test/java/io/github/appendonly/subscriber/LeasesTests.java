package io.github.appendonly.subscriber;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;

import io.github.appendonly.Position;
import io.github.appendonly.jpa.JpaAppendOnlyStructures;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.table.StructureTables;
import io.github.appendonly.jpa.table.SubscriberHead;
import io.github.appendonly.jpa.table.SubscriberTable;
import io.github.appendonly.jpa.transaction.ShutdownGate;
import io.github.appendonly.jpa.transaction.Tenants;
import io.github.appendonly.jpa.transaction.Transactions;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a node renews the leases that it holds.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class LeasesTests extends SubscriberTestBase {

	private static final JpaSubscribers.Settings FREQUENT = new JpaSubscribers.Settings(1, Duration.ofMinutes(5),
			Duration.ofMillis(10), Duration.ofMinutes(5));

	private final SubscriberThreads threads = new SubscriberThreads(1, new CustomizableThreadFactory("lease-test-"));

	@SuppressWarnings("NullAway.Init") // set before each test
	private Transactions transactions;

	@SuppressWarnings("NullAway.Init") // set before each test
	private SubscriberTable rows;

	@SuppressWarnings("NullAway.Init") // set before each test
	private Leases leases;

	@BeforeEach
	void prepare() {
		EntityManagerFactory entityManagerFactory = node().bean(EntityManagerFactory.class);
		this.transactions = new Transactions(entityManagerFactory, new Tenants(entityManagerFactory),
				node().bean(PlatformTransactionManager.class), this.threads::call, new ShutdownGate(),
				RetryPolicy.builder().predicate(JpaAppendOnlyStructures::isTransient).build());
		this.rows = new StructureTables(entityManagerFactory, this.transactions, false).subscribers();
		this.leases = new Leases(this.transactions, this.rows, this.threads, FREQUENT);
	}

	@AfterEach
	void endThreads() {
		this.threads.shutdown();
	}

	/**
	 * Creates a row with a lease, which is renewed from now on.
	 */
	private SubscriberHead keep(String id) {
		SubscriberHead leased = this.transactions.inOwn(() -> {
			SubscriberHead head = SubscriberHead.starting(this.name, id, Position.START, this.rows.now())
				.leased("node", FREQUENT.lease());
			this.rows.createIfAbsent(head);
			return head;
		});
		this.leases.keep(new Leases.Held(leased, FREQUENT.lease()));
		return leased;
	}

	private SubscriberHead row(String id) {
		return this.rows.find(this.name, id).orElseThrow();
	}

	private Optional<OffsetDateTime> until(String id) {
		return node().jdbc()
			.sql("select lease_until from appendonly_subscriber where stack = ? and id = ?")
			.params(this.name, id)
			.query((row, index) -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)))
			.single();
	}

	private void awaitRenewed(String id) {
		Optional<OffsetDateTime> before = until(id);
		await().until(() -> !until(id).equals(before));
	}

	@Test
	void leaseThatWasReleasedIsNotRenewed() {
		SubscriberHead released = keep("released");
		this.transactions.inOwn(() -> {
			this.rows.lock(this.name, released.id()).ifPresent((row) -> this.rows.write(row.released()));
			return true;
		});
		keep("kept");
		awaitRenewed("kept");
		awaitRenewed("kept");
		assertThat(row("released").lease()).isEqualTo(new SubscriberHead.Lease(1, null, null));
		assertThat(row("kept").lease().owner()).isEqualTo("node");
	}

	@Test
	void lockedRowDelaysNoOtherLease() {
		keep("locked");
		keep("free");
		this.transactions.inOwn(() -> {
			assertThat(this.rows.lock(this.name, "locked")).isPresent();
			runElsewhere(() -> {
				awaitRenewed("free");
				awaitRenewed("free");
			});
			return true;
		});
		awaitRenewed("locked");
	}

}
