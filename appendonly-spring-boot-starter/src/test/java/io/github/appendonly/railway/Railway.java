package io.github.appendonly.railway;

import java.io.Serializable;
import java.util.List;

import io.github.appendonly.jpa.user.Shop;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import org.jspecify.annotations.Nullable;

/**
 * Entities that no application uses, with identifiers that are put together.
 */
public final class Railway {

	private Railway() {
	}

	public static class Depot {

		@Nullable String town;

	}

	/**
	 * Nothing tells of what it holds but its fields.
	 */
	@Embeddable
	public static class Track extends Depot implements Serializable {

		private static final long serialVersionUID = 1L;

		static final List<String> GAUGES = List.of();

		@Nullable Yard yard;

	}

	@Embeddable
	public static class Yard implements Serializable {

		private static final long serialVersionUID = 1L;

		int number;

	}

	public static class WagonId implements Serializable {

		private static final long serialVersionUID = 1L;

		@Nullable Track track;

		int number;

	}

	@MappedSuperclass
	@IdClass(WagonId.class)
	public abstract static class Numbered {

		@Id
		@Nullable Track track;

		@Id
		int number;

	}

	@Entity
	public static class Wagon extends Numbered {

	}

	@Entity
	public static class Engine {

		@EmbeddedId
		@Nullable Track getTrack() {
			return null;
		}

	}

	public static class TicketId implements Serializable {

		private static final long serialVersionUID = 1L;

		Shop.@Nullable SeatId seat;

		@Nullable String day;

	}

	@Entity
	@IdClass(TicketId.class)
	public static class Ticket {

		@Id
		@ManyToOne
		Shop.@Nullable Seat seat;

		@Id
		@Nullable String day;

	}

}
