package io.github.appendonly.sample;

import io.github.appendonly.Entry;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;

/**
 * A strong event that somebody should know of.
 */
@Entity
public class Alert {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	private long id;

	@Column(nullable = false, length = 40)
	private String position;

	@Column(nullable = false)
	private double magnitude;

	@Column(nullable = false, length = PlainText.MAX_LENGTH)
	private String place;

	@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
	protected Alert() {
	}

	Alert(Entry<Quake> entry) {
		this.position = entry.position().toString();
		this.magnitude = entry.item().magnitude();
		this.place = entry.item().place();
	}

	/**
	 * The position of the event in its text form.
	 * @return the position
	 */
	public String getPosition() {
		return this.position;
	}

	public double getMagnitude() {
		return this.magnitude;
	}

	public String getPlace() {
		return this.place;
	}

}
