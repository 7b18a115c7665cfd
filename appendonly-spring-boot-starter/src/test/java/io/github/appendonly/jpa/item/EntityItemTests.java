package io.github.appendonly.jpa.item;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import io.github.appendonly.Accumulator;
import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Erasure;
import io.github.appendonly.Gone;
import io.github.appendonly.History;
import io.github.appendonly.Layer;
import io.github.appendonly.Numbered;
import io.github.appendonly.Position;
import io.github.appendonly.jpa.DatabaseTests;
import io.github.appendonly.jpa.Node;
import io.github.appendonly.jpa.StackSettings;
import io.github.appendonly.jpa.TestDatabase;
import io.github.appendonly.jpa.user.Purchase;
import io.github.appendonly.jpa.user.Shop;
import io.github.appendonly.jpa.user.Shop.Invoice;
import io.github.appendonly.jpa.user.Shop.Ticket;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.Hibernate;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Items that are entities.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class EntityItemTests extends DatabaseTests {

	@Override
	protected Node node() {
		return this.database.shared("spring.jpa.properties.hibernate.generate_statistics=true");
	}

	private EntityManager entityManager() {
		return node().entityManager();
	}

	private <T> AppendStack<T> stackOf(Class<T> type) {
		return node().structures().stack(this.name, type);
	}

	private AppendStack<Invoice> invoices(Consumer<StackSettings<Invoice>> settings) {
		return node().structures().stack(this.name, Invoice.class, settings);
	}

	private static Consumer<StackSettings<Invoice>> bounded(int maxLayers, int maxLength) {
		return (stack) -> stack.bounds(maxLayers, maxLength);
	}

	private <T extends Shop.Named> T persisted(T entity, String name) {
		entity.rename(name);
		node().inTransaction(() -> entityManager().persist(entity));
		return entity;
	}

	private List<Invoice> newInvoices(int count) {
		return IntStream.range(0, count).mapToObj((i) -> persisted(new Invoice(), "" + i)).toList();
	}

	private void delete(Invoice... invoices) {
		node().inTransaction(() -> {
			for (Invoice invoice : invoices) {
				entityManager().remove(entityManager().find(Invoice.class, invoice.id()));
			}
		});
	}

	private static List<String> names(Iterable<? extends Entry<? extends Shop.Named>> entries) {
		return StreamSupport.stream(entries.spliterator(), false)
			.map((entry) -> Objects.requireNonNull(entry.item().name()))
			.toList();
	}

	private static Gone gone(long generation, int index, Invoice invoice) {
		return Gone.entityDeleted(new Position(generation, index), invoice.id());
	}

	@Test
	void identifierIsKeptAndTheEntityIsLoadedAsItIsThen() {
		Invoice invoice = new Invoice();
		AppendStack<Invoice> stack = stackOf(Invoice.class);
		node().inTransaction(() -> {
			entityManager().persist(invoice);
			stack.push(invoice);
			invoice.rename("first");
		});
		assertThat(names(stack)).containsExactly("first");
		node().inTransaction(() -> entityManager().find(Invoice.class, invoice.id()).rename("second"));
		assertThat(names(stack)).containsExactly("second");
		assertThat(node().structures().stack(this.name, Long.class).newest()).contains(Entry.of(0, 0, invoice.id()));
	}

	@Test
	void nothingIsKeptOfAReferenceThatIsErased() {
		List<Invoice> all = newInvoices(7);
		AppendStack<Invoice> stack = invoices(bounded(3, 3).andThen((settings) -> settings.archived()));
		stack.pushAll(all);
		delete(all.get(1), all.get(4));
		assertThat(stack.erase(new Position(0, 1), new Position(0, 2))).isEqualTo(2);
		assertThat(stack.eraseIf((invoice) -> "5".equals(invoice.name())))
			.isEqualTo(new Erasure(new Position(0, 0), true, 4, 1, 0));
		assertThat(names(stack)).containsExactly("6", "3", "0");
		assertThat(stack.since(Position.START, 9).gone()).containsExactly(Gone.erased(new Position(0, 1)),
				Gone.erased(new Position(0, 2)), gone(1, 1, all.get(4)), Gone.erased(new Position(1, 2)));
		assertThat(stack.replace(new Position(0, 0), (invoice) -> all.get(6))).isTrue();
		assertThat(names(stack)).containsExactly("6", "3", "6");
		stack.pushAll(newInvoices(5));
		assertThat(node().structures().archive(this.name, Invoice.class).layer(0).orElseThrow().gone())
			.containsExactly(Gone.erased(new Position(0, 1)), Gone.erased(new Position(0, 2)));
	}

	@Test
	void anyKindOfIdentifierWillDo() {
		assertComesBack(Ticket.class, persisted(new Ticket(), "identity"));
		assertComesBack(Invoice.class, persisted(new Invoice(), "sequence"));
		assertComesBack(Shop.Parcel.class, persisted(new Shop.Parcel(), "uuid"));
		assertComesBack(Shop.Shelf.class, persisted(new Shop.Shelf(new Shop.ShelfId(this.name, 7)), "embedded"));
		assertComesBack(Shop.Box.class, persisted(new Shop.Box(new Shop.BoxId(this.name, 7)), "record"));
		assertComesBack(Shop.Seat.class, persisted(new Shop.Seat(this.name, 7), "class"));
	}

	private <T extends Shop.Named> void assertComesBack(Class<T> type, T entity) {
		String own = this.name + "-" + type.getSimpleName();
		AppendStack<T> stack = node().structures().stack(own, type);
		stack.pushAll(List.of(entity, entity));
		node().inTransaction(() -> stack.push(entity));
		String expected = Objects.requireNonNull(entity.name());
		assertThat(names(stack)).containsExactly(expected, expected, expected);
		assertThat(stack.get(new Position(0, 1)).map(Shop.Named::name)).contains(expected);
		assertThat(stack.newest().orElseThrow().item()).isInstanceOf(type).isNotSameAs(entity);
		Accumulator<T> accumulator = node().structures().accumulator(own, type);
		accumulator.append(entity);
		assertThat(accumulator).extracting(Shop.Named::name).containsExactly(expected);
		assertThat(accumulator.consume()).extracting(Shop.Named::name).containsExactly(expected);
	}

	@Test
	void subclassesComeBackAsWhatTheyAre() {
		Invoice invoice = persisted(new Invoice(), "invoice");
		Invoice creditNote = persisted(new Shop.CreditNote(), "credit note");
		AppendStack<Invoice> stack = stackOf(Invoice.class);
		stack.pushAll(List.of(invoice, creditNote));
		assertThat(stack).extracting((entry) -> (Object) entry.item().getClass())
			.containsExactly(Shop.CreditNote.class, Invoice.class);
	}

	@Test
	void inATransactionTheEntitiesAreThoseOfItsSession() {
		Invoice before = persisted(new Invoice(), "before");
		AppendStack<Invoice> stack = stackOf(Invoice.class);
		stack.push(before);
		node().inTransaction(() -> {
			Invoice unflushed = new Invoice();
			entityManager().persist(unflushed);
			stack.push(unflushed);
			assertThat(stack.newest().orElseThrow().item()).isSameAs(unflushed);
			Invoice managed = stack.get(new Position(0, 0)).orElseThrow();
			assertThat(managed).isSameAs(entityManager().find(Invoice.class, before.id()));
			managed.rename("after");
			entityManager().remove(unflushed);
			assertThat(stack).hasSize(1);
		});
		assertThat(names(stack)).containsExactly("after");
		assertThat(stack.size()).isEqualTo(2);
	}

	@Test
	void proxyIsPushedWithoutLoadingIt() {
		Invoice invoice = persisted(new Invoice(), "a");
		AppendStack<Invoice> stack = stackOf(Invoice.class);
		node().inTransaction(() -> {
			Invoice proxy = entityManager().getReference(Invoice.class, invoice.id());
			stack.push(proxy);
			assertThat(Hibernate.isInitialized(proxy)).isFalse();
		});
		assertThat(names(stack)).containsExactly("a");
	}

	@Test
	void entityWithoutIdentifierIsRefused() {
		assertRefused(Ticket.class, new Ticket());
		assertRefused(Invoice.class, new Invoice());
		assertRefused(Shop.Parcel.class, new Shop.Parcel());
		assertRefused(Shop.Shelf.class, new Shop.Shelf(new Shop.ShelfId(null, 1)));
		assertRefused(Shop.Seat.class, new Shop.Seat("a", null));
	}

	private <T> void assertRefused(Class<T> type, T entity) {
		AppendStack<T> stack = stackOf(type);
		List<Runnable> pushes = List.of(() -> stack.push(entity), () -> stack.pushAll(List.of(entity)),
				() -> node().inTransaction(() -> stack.push(entity)),
				() -> node().structures().accumulator(this.name, type).append(entity));
		for (Runnable push : pushes) {
			assertThatExceptionOfType(ItemConversionException.class).isThrownBy(push::run)
				.withMessageContaining("'" + this.name + "'")
				.withMessageContaining(type.getName())
				.withMessageContaining("no identifier yet");
		}
		assertThat(stack.size()).isZero();
	}

	@Test
	void entityThatIsPersistedButNotInsertedHasItsIdentifier() {
		AppendStack<Ticket> tickets = stackOf(Ticket.class);
		node().inTransaction(() -> {
			Ticket ticket = new Ticket();
			entityManager().persist(ticket);
			tickets.push(ticket);
			ticket.rename("identity");
		});
		assertThat(names(tickets)).containsExactly("identity");
	}

	@Test
	void deletedEntitiesAreLeftOutAndKeepTheirPositions() {
		List<Invoice> invoices = newInvoices(7);
		AppendStack<Invoice> stack = invoices(bounded(3, 3));
		stack.pushAll(invoices);
		delete(invoices.get(0), invoices.get(2), invoices.get(3), invoices.get(6));
		List<String> there = List.of("5", "4", "1");
		assertThat(names(stack)).isEqualTo(there);
		assertThat(names(stack.newest(2))).isEqualTo(there.subList(0, 2));
		assertThat(names(stack.newest(1))).isEqualTo(there.subList(0, 1));
		assertThat(names(stack.older(new Position(1, 1), 1))).containsExactly("1");
		assertThat(names(stack.newer(new Position(1, 1)))).containsExactly("5");
		assertThat(stack.newest().map(Entry::position)).contains(new Position(1, 2));
		assertThat(stack.get(new Position(0, 0))).isEmpty();
		assertThat(stack.get(new Position(0, 1)).map(Invoice::name)).contains("1");
		assertThat(stack.size()).isEqualTo(7);
		node().inTransaction(() -> assertThat(names(stack)).isEqualTo(there));
		delete(invoices.get(1), invoices.get(4), invoices.get(5));
		assertThat(stack).isEmpty();
		assertThat(stack.isEmpty()).isFalse();
	}

	@Test
	void readerThatFollowsIsToldWhatIsGoneAndGoesOnPastIt() {
		List<Invoice> invoices = newInvoices(4);
		AppendStack<Invoice> stack = stackOf(Invoice.class);
		stack.pushAll(invoices);
		delete(invoices.get(1), invoices.get(2), invoices.get(3));
		Changes<Invoice> first = stack.fromOldest(2);
		assertThat(names(first.entries())).containsExactly("0");
		assertThat(first.gone()).containsExactly(gone(0, 1, invoices.get(1)));
		assertThat(first.gone()).extracting(Gone::reason).containsExactly(Gone.Reason.ENTITY_DELETED);
		assertThat(first.caughtUp()).isFalse();
		Changes<Invoice> second = stack.since(first.cursor(), 2);
		assertThat(second).isEqualTo(new Changes<>(List.of(), new Position(0, 3), true, false, false,
				List.of(gone(0, 2, invoices.get(2)), gone(0, 3, invoices.get(3)))));
		stack.push(persisted(new Invoice(), "4"));
		assertThat(names(stack.since(new Position(0, 3), 9).entries())).containsExactly("4");
	}

	@Test
	void prunersAndArchivesKeepWhatIsGone() {
		List<Invoice> invoices = newInvoices(8);
		List<Layer<Invoice>> pruned = new ArrayList<>();
		Archive<Invoice> other = node().structures().archive(this.name + "-other", Invoice.class);
		AppendStack<Invoice> stack = invoices(bounded(1, 3).andThen((with) -> with.archived().pruner((layer) -> {
			pruned.add(Layer.copyOf(layer));
			other.addLayer(layer);
		})));
		stack.pushAll(invoices.subList(0, 3));
		delete(invoices.get(1));
		stack.push(invoices.get(3));
		node().inTransaction(() -> stack.pushAll(invoices.subList(4, 7)));
		assertThat(stack.size()).isEqualTo(1);
		delete(invoices.get(3));
		assertThat(pruned).hasSize(2);
		assertThat(pruned.get(0).items()).extracting(Invoice::name).containsExactly("0", "2");
		assertThat(pruned.get(0).entries()).extracting(Entry::position)
			.containsExactly(new Position(0, 0), new Position(0, 2));
		assertThat(pruned.get(0).gone()).containsExactly(gone(0, 1, invoices.get(1)));
		assertThat(pruned.get(1).items()).extracting(Invoice::name).containsExactly("3", "4", "5");
		for (Archive<Invoice> archive : List.of(other, node().structures().archive(this.name, Invoice.class))) {
			assertThat(names(archive)).containsExactly("5", "4", "2", "0");
			assertThat(archive.size()).isEqualTo(6);
			assertThat(archive.get(new Position(0, 2)).map(Invoice::name)).contains("2");
			assertThat(archive.get(new Position(0, 1))).isEmpty();
			assertThat(archive.layers()).extracting(Layer::gone)
				.containsExactly(List.of(gone(1, 0, invoices.get(3))), List.of(gone(0, 1, invoices.get(1))));
			assertThat(archive.layer(0).orElseThrow().length()).isEqualTo(3);
			assertThat(archive.layers()).flatExtracting((layer) -> Numbered.reversed(layer.entries()))
				.extracting(Entry::position)
				.isEqualTo(archive.stream().map(Entry::position).toList());
		}
		History<Invoice> history = node().structures().history(this.name, Invoice.class);
		assertThat(names(history)).containsExactly("6", "5", "4", "2", "0");
		assertThat(history.fromOldest(99).gone()).containsExactly(gone(0, 1, invoices.get(1)),
				gone(1, 0, invoices.get(3)));
		assertThat(names(history.since(new Position(0, 0), 99).entries())).containsExactly("2", "4", "5", "6");
	}

	@Test
	void prunerMayDeleteTheEntities() {
		List<Invoice> invoices = newInvoices(3);
		AppendStack<Invoice> stack = invoices(bounded(1, 2)
			.andThen((with) -> with.pruner((layer) -> layer.items().forEach(entityManager()::remove))));
		stack.pushAll(invoices.subList(0, 2));
		delete(invoices.get(0));
		stack.push(invoices.get(2));
		assertThat(names(stack)).containsExactly("2");
		assertThat(node()
			.inTransaction(() -> Optional.ofNullable(entityManager().find(Invoice.class, invoices.get(1).id()))))
			.isEmpty();
	}

	@Test
	void layerWithWhatIsGoneDoesNotFitAnArchiveOfOtherItems() {
		Archive<String> archive = node().structures().archive(this.name, String.class);
		Layer<String> layer = new Layer<>(0, List.of("a"), List.of(Gone.entityDeleted(new Position(0, 1), 7L)));
		assertThatIllegalArgumentException().isThrownBy(() -> archive.addLayer(layer))
			.withMessageContaining("0-1")
			.withMessageContaining("archive '" + this.name + "'");
	}

	@Test
	void accumulatorGivesTheEntitiesThatAreThere() {
		List<Invoice> invoices = newInvoices(8);
		Accumulator<Invoice> accumulator = node().structures().accumulator(this.name, Invoice.class);
		accumulator.extend(invoices.subList(0, 5));
		invoices.subList(5, 8).forEach(accumulator::append);
		delete(invoices.get(0), invoices.get(1), invoices.get(3), invoices.get(5));
		assertThat(accumulator).extracting(Invoice::name).containsExactly("2", "4", "6", "7");
		assertThat(accumulator.consume(1)).extracting(Invoice::name).containsExactly("2");
		assertThat(node().inTransaction(() -> accumulator.consume(2))).extracting(Invoice::name)
			.containsExactly("4", "6");
		assertThat(accumulator.consume()).extracting(Invoice::name).containsExactly("7");
		assertThat(accumulator.isEmpty()).isTrue();
	}

	/**
	 * Counts the queries that load entities. Hibernate does not count the statements that
	 * read pages, because they are JDBC.
	 */
	private long statements(Supplier<?> work) {
		SessionFactory sessionFactory = node().bean(EntityManagerFactory.class).unwrap(SessionFactory.class);
		long before = sessionFactory.getStatistics().getPrepareStatementCount();
		Object result = work.get();
		assertThat(result).isNotNull();
		return sessionFactory.getStatistics().getPrepareStatementCount() - before;
	}

	@Test
	void entitiesOfAPageAreLoadedByOneQuery() {
		List<Invoice> invoices = newInvoices(60);
		AppendStack<Invoice> stack = invoices(bounded(3, 20).andThen((with) -> with.archived()));
		stack.pushAll(invoices.subList(0, 30));
		invoices.subList(30, 60).forEach(stack::push);
		assertThat(statements(() -> stack.newest(3))).isEqualTo(1);
		assertThat(statements(() -> stack.newest(30))).isEqualTo(1);
		assertThat(statements(() -> stack.older(new Position(1, 5), 20))).isEqualTo(1);
		assertThat(statements(() -> stack.since(new Position(0, 3), 30))).isBetween(1L, 2L);
		assertThat(statements(() -> stack.stream().toList())).isLessThan(15);
		assertThat(statements(() -> stack.get(new Position(1, 5)))).isEqualTo(1);
		stack.pushAll(invoices);
		Archive<Invoice> archive = node().structures().archive(this.name, Invoice.class);
		assertThat(archive.size()).isEqualTo(60);
		assertThat(statements(() -> archive.newest(60))).as("two pages").isEqualTo(2);
		assertThat(statements(() -> archive.layer(1))).isEqualTo(1);
		assertThat(node().inTransaction(() -> statements(() -> {
			archive.newest(60);
			return archive.newest(60);
		}))).as("loaded already").isEqualTo(2);
		Accumulator<Invoice> accumulator = node().structures().accumulator(this.name, Invoice.class);
		invoices.forEach(accumulator::append);
		assertThat(statements(() -> accumulator.stream().toList())).isEqualTo(2);
	}

	@Test
	void onlyWhatIsWantedIsLoaded() {
		List<Invoice> invoices = newInvoices(20);
		AppendStack<Invoice> stack = stackOf(Invoice.class);
		stack.pushAll(invoices);
		SessionFactory sessionFactory = node().bean(EntityManagerFactory.class).unwrap(SessionFactory.class);
		long before = sessionFactory.getStatistics().getEntityLoadCount();
		stack.newest(2);
		stack.since(new Position(0, 3), 3);
		assertThat(sessionFactory.getStatistics().getEntityLoadCount() - before).isEqualTo(5);
	}

	@Test
	void manyDeletedOnesAreSkippedByFewQueries() {
		List<Invoice> invoices = newInvoices(100);
		AppendStack<Invoice> stack = stackOf(Invoice.class);
		stack.pushAll(invoices);
		delete(invoices.subList(1, 100).toArray(Invoice[]::new));
		assertThat(statements(() -> assertThat(names(stack.newest(1))).containsExactly("0"))).isLessThan(10);
	}

	@Test
	void entitiesWithinOtherItemsAreNot() {
		ParameterizedTypeReference<List<Shop.BoxId>> type = new ParameterizedTypeReference<>() {
		};
		AppendStack<List<Shop.BoxId>> stack = node().structures().stack(this.name, type);
		stack.push(List.of(new Shop.BoxId("red", 1)));
		assertThat(stack.newest().orElseThrow().item()).containsExactly(new Shop.BoxId("red", 1));
	}

	@Test
	void identifierThatCannotBeReadIsNamed() {
		stack().pushAll(List.of("a", "b"));
		AppendStack<Invoice> invoices = stackOf(Invoice.class);
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(() -> invoices.fromOldest(9))
			.withMessageContaining("0-0")
			.withMessageContaining("stack '" + this.name + "'")
			.withMessageContaining(Invoice.class.getName());
		AppendStack<Shop.Box> boxes = stackOf(Shop.Box.class);
		assertThatExceptionOfType(ItemConversionException.class).isThrownBy(boxes::newest);
	}

	@Test
	void identifierThatIsAssignedNeedNotBeInTheDatabase() {
		AppendStack<Purchase> stack = stackOf(Purchase.class);
		stack.push(new Purchase(this.name));
		assertThat(stack).isEmpty();
		node().inTransaction(() -> entityManager().persist(new Purchase(this.name)));
		assertThat(stack.newest().orElseThrow().item().id()).isEqualTo(this.name);
	}

}
