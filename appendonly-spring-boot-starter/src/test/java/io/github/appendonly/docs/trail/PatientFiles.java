package io.github.appendonly.docs.trail;

import java.time.Instant;

import io.github.appendonly.AppendStack;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class PatientFiles {

	private final PatientFileRepository files;

	private final PersonRepository people;

	private final AppendStack<Access> accessTrail;

	PatientFiles(PatientFileRepository files, PersonRepository people, AppendStack<Access> accessTrail) {
		this.files = files;
		this.people = people;
		this.accessTrail = accessTrail;
	}

	@Transactional(readOnly = true)
	public String read(long person, long file) {
		PatientFile found = open(person, file, "read");
		this.accessTrail.independently().push(new Access(person, file, "read", true, Instant.now()));
		return found.getNotes();
	}

	@Transactional
	public void add(long person, long file, String note, String request) {
		PatientFile found = open(person, file, "add");
		Access access = new Access(person, file, "add", true, Instant.now());
		if (this.accessTrail.push(access, person + "/" + file + "/" + request).isNew()) {
			found.add(note);
		}
	}

	private PatientFile open(long person, long file, String what) {
		PatientFile found = this.files.findById(file).orElseThrow();
		if (this.people.findById(person).filter((one) -> one.getWard().equals(found.getWard())).isEmpty()) {
			this.accessTrail.independently().push(new Access(person, file, what, false, Instant.now()));
			throw new DeniedException(); // rolls back, and stays on the trail
		}
		return found;
	}

}
