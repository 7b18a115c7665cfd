package io.github.appendonly.docs.feed;

import io.github.appendonly.Position;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;

/**
 * How far somebody has read the feed of a team.
 */
@Entity
public class ReadMark {

	@Embeddable
	public record Id(String team, long reader) {
	}

	@EmbeddedId
	@SuppressWarnings("UnusedVariable") // Hibernate reads it
	private Id id;

	private String position;

	protected ReadMark() {
		this(new Id("", 0), Position.START);
	}

	public ReadMark(Id id, Position position) {
		this.id = id;
		this.position = position.toString();
	}

	public Position getPosition() {
		return Position.parse(this.position);
	}

}
