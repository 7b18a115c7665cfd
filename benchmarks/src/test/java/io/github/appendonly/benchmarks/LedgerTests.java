package io.github.appendonly.benchmarks;

import io.github.appendonly.benchmarks.measure.Ledger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a ledger finds what is wrong.
 */
class LedgerTests {

	private static final long FIRST = 7L << Integer.SIZE;

	private final Ledger ledger = new Ledger();

	@BeforeEach
	void acknowledgeTwoItems() {
		this.ledger.acknowledge(7, 2);
	}

	@Test
	void acceptsEachItemOnce() {
		this.ledger.storedInOrder(FIRST);
		this.ledger.storedInOrder(FIRST + 1);
		assertThat(this.ledger.lost()).isZero();
		assertThat(this.ledger.faults()).isEmpty();
	}

	@Test
	void findsAMissingItem() {
		this.ledger.stored(FIRST);
		assertThat(this.ledger.lost()).isEqualTo(1);
		assertThat(this.ledger.faults()).containsExactly("1 items are missing");
	}

	@Test
	void findsAnItemThatIsThereTwice() {
		this.ledger.stored(FIRST);
		this.ledger.stored(FIRST + 1);
		this.ledger.stored(FIRST);
		assertThat(this.ledger.lost()).isEqualTo(1);
	}

	@Test
	void findsAnItemThatNobodyPushed() {
		this.ledger.storedInAll(2);
		this.ledger.stored(FIRST + 2);
		assertThat(this.ledger.lost()).isEqualTo(1);
	}

	@Test
	void findsItemsInTheWrongOrder() {
		this.ledger.storedInOrder(FIRST + 1);
		this.ledger.storedInOrder(FIRST);
		assertThat(this.ledger.lost()).isPositive();
	}

	@Test
	void findsAWrongCount() {
		this.ledger.storedInAll(3);
		assertThat(this.ledger.lost()).isEqualTo(1);
	}

}
