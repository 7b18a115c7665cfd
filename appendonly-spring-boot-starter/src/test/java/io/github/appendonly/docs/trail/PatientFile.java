package io.github.appendonly.docs.trail;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

@Entity
public class PatientFile {

	@Id
	private long id;

	private String ward;

	private String notes = "";

	protected PatientFile() {
		this(0, "");
	}

	public PatientFile(long id, String ward) {
		this.id = id;
		this.ward = ward;
	}

	public String getWard() {
		return this.ward;
	}

	public String getNotes() {
		return this.notes;
	}

	public void add(String note) {
		this.notes += note + ". ";
	}

}
