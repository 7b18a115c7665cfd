package io.github.appendonly.jpa.user;

import java.io.Serializable;
import java.util.Objects;
import java.util.UUID;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.MappedSuperclass;
import org.jspecify.annotations.Nullable;

/**
 * Entities of the application with all kinds of identifiers.
 */
public final class Shop {

	private Shop() {
	}

	/**
	 * What they have in common.
	 */
	@MappedSuperclass
	public abstract static class Named {

		private @Nullable String name;

		public @Nullable String name() {
			return this.name;
		}

		public void rename(String name) {
			this.name = name;
		}

	}

	@Entity
	public static class Ticket extends Named {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		private @Nullable Long id;

		public @Nullable Long id() {
			return this.id;
		}

	}

	@Entity
	public static class Invoice extends Named {

		@Id
		@GeneratedValue(strategy = GenerationType.SEQUENCE)
		private long id;

		public long id() {
			return this.id;
		}

	}

	@Entity
	public static class CreditNote extends Invoice {

	}

	@Entity
	public static class Parcel extends Named {

		@Id
		@GeneratedValue(strategy = GenerationType.UUID)
		private @Nullable UUID id;

		public @Nullable UUID id() {
			return this.id;
		}

	}

	/**
	 * Made for JPA only.
	 */
	@Embeddable
	public static class ShelfId implements Serializable {

		private static final long serialVersionUID = 1L;

		private @Nullable String hall;

		private int level;

		protected ShelfId() {
		}

		public ShelfId(@Nullable String hall, int level) {
			this.hall = hall;
			this.level = level;
		}

		public String getHall() {
			throw new UnsupportedOperationException("not for reading");
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof ShelfId that && Objects.equals(this.hall, that.hall) && this.level == that.level;
		}

		@Override
		public int hashCode() {
			return Objects.hash(this.hall, this.level);
		}

	}

	@Entity
	public static class Shelf extends Named {

		@EmbeddedId
		@SuppressWarnings("unused") // read by Hibernate
		private @Nullable ShelfId id;

		protected Shelf() {
		}

		public Shelf(ShelfId id) {
			this.id = id;
		}

	}

	@Embeddable
	public record BoxId(String color, long number) implements Serializable {
	}

	@Entity
	public static class Box extends Named {

		@EmbeddedId
		@SuppressWarnings("unused") // read by Hibernate
		private @Nullable BoxId id;

		protected Box() {
		}

		public Box(BoxId id) {
			this.id = id;
		}

	}

	/**
	 * The identifier of a seat.
	 */
	public static class SeatId implements Serializable {

		private static final long serialVersionUID = 1L;

		private @Nullable String line;

		private @Nullable Integer place;

		protected SeatId() {
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof SeatId that && Objects.equals(this.line, that.line)
					&& Objects.equals(this.place, that.place);
		}

		@Override
		public int hashCode() {
			return Objects.hash(this.line, this.place);
		}

	}

	@Entity
	@IdClass(SeatId.class)
	public static class Seat extends Named {

		@Id
		@Column(name = "seat_line")
		private @Nullable String line;

		@Id
		private @Nullable Integer place;

		protected Seat() {
		}

		public Seat(String line, @Nullable Integer place) {
			this.line = line;
			this.place = place;
		}

	}

}
