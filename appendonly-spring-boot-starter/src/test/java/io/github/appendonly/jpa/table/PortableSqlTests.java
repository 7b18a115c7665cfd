package io.github.appendonly.jpa.table;

import io.github.appendonly.jpa.ArchiveExpiryTests;
import io.github.appendonly.jpa.CorruptStructureTests;
import io.github.appendonly.jpa.JpaAppendStackTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.key.KeyedPushTests;
import io.github.appendonly.jpa.sequencer.BoundsChangeTests;
import io.github.appendonly.jpa.sequencer.FailoverTests;
import io.github.appendonly.jpa.sequencer.LeftoverTests;
import io.github.appendonly.jpa.sequencer.PrunerTests;
import io.github.appendonly.jpa.sequencer.SetAsideTests;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs the same tests on PostgreSQL with the portable statements instead of the single
 * ones.
 */
class PortableSqlTests {

	private static Node portable(TestDatabase database) {
		return database.shared("appendonly.portable-sql=true");
	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class Stacks extends JpaAppendStackTests {

		@Override
		protected Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class Pruners extends PrunerTests {

		@Override
		protected Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class Keys extends KeyedPushTests {

		@Override
		protected Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class BoundsChanges extends BoundsChangeTests {

		@Override
		protected Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class ArchiveExpiry extends ArchiveExpiryTests {

		@Override
		protected Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class Leftovers extends LeftoverTests {

		@Override
		protected Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class Failovers extends FailoverTests {

		@Override
		protected Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class RowsSetAside extends SetAsideTests {

		@Override
		protected Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class CorruptStructures extends CorruptStructureTests {

		@Override
		protected Node node() {
			return portable(this.database);
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(value = TestDatabase.class, names = "POSTGRESQL")
	class Stamps extends StampTests {

		@Override
		protected Node node() {
			return portable(this.database);
		}

	}

}
