package io.github.appendonly.autoconfigure.aot;

import java.util.Objects;
import java.util.UUID;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Family;
import io.github.appendonly.jpa.user.Shop;
import io.github.appendonly.railway.Railway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeHint;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * What a native image is told of items that are entities: what makes up their
 * identifiers, which is written and read.
 */
class ItemTypesAotProcessorTests {

	private static RuntimeHints hints(Class<?> structure, Class<?> item) {
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		RootBeanDefinition definition = new RootBeanDefinition();
		definition.setTargetType(ResolvableType.forClassWithGenerics(structure, item));
		beans.registerBeanDefinition("structure", definition);
		GenerationContext generation = new TestGenerationContext();
		Objects.requireNonNull(new ItemTypesAotProcessor().processAheadOfTime(RegisteredBean.of(beans, "structure")))
			.applyTo(generation, mock(BeanRegistrationCode.class));
		return generation.getRuntimeHints();
	}

	private static void assertBound(RuntimeHints hints, Class<?> type) {
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(type)
			.withMemberCategories(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS, MemberCategory.ACCESS_DECLARED_FIELDS))
			.accepts(hints);
	}

	@ParameterizedTest
	@ValueSource(classes = { AppendStack.class, Archive.class, Family.class })
	void identifierClassIsBound(Class<?> structure) {
		assertBound(hints(structure, Shop.Seat.class), Shop.SeatId.class);
	}

	@Test
	void embeddedIdentifierIsBoundWhetherAClassOrARecord() {
		assertBound(hints(AppendStack.class, Shop.Shelf.class), Shop.ShelfId.class);
		assertBound(hints(AppendStack.class, Shop.Box.class), Shop.BoxId.class);
	}

	@Test
	void partsOfIdentifiersThatAreInheritedOrDeclaredByMethodsAreBound() {
		RuntimeHints hints = hints(AppendStack.class, Railway.Wagon.class);
		assertBound(hints, Railway.WagonId.class);
		assertBound(hints, Railway.Track.class);
		assertBound(hints, Railway.Yard.class);
		assertBound(hints, Railway.Depot.class);
		assertBound(hints(AppendStack.class, Railway.Engine.class), Railway.Track.class);
	}

	@Test
	void identifierThatNeedsNoReflectionIsNotBound() {
		assertThat(hints(AppendStack.class, Shop.Parcel.class).reflection().typeHints()).extracting(TypeHint::getType)
			.doesNotContain(TypeReference.of(UUID.class), TypeReference.of(Long.class), TypeReference.of(String.class));
	}

	@Test
	void entityWithinAnIdentifierStandsForItsOwnIdentifier() {
		assertThat(IdentifierTypes.of(Railway.Ticket.class)).containsExactly(Railway.TicketId.class, Shop.SeatId.class);
		assertThat(IdentifierTypes.of(Shop.SeatId.class)).isEmpty();
	}

}
