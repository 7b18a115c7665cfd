package io.github.appendonly.docs.trail;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class TrailController {

	private final PatientFiles files;

	private final TrailReports trail;

	public TrailController(PatientFiles files, TrailReports trail) {
		this.files = files;
		this.trail = trail;
	}

	@GetMapping("/files/{file}")
	public String read(@PathVariable long file, @RequestHeader("Person") long person) {
		return this.files.read(person, file);
	}

	@PostMapping("/files/{file}")
	public void add(@PathVariable long file, @RequestHeader("Person") long person,
			@RequestHeader("Idempotency-Key") String request, @RequestBody String note) {
		this.files.add(person, file, note, request);
	}

	@GetMapping("/trail")
	public List<Entry<AccessView>> page(@RequestParam Optional<Position> below) {
		return this.trail.page(below);
	}

	@GetMapping("/trail/new")
	public Changes<AccessView> since(@RequestParam Position cursor) {
		return this.trail.since(cursor);
	}

	@GetMapping(path = "/trail/export", produces = "text/csv")
	public void export(PrintWriter out) {
		this.trail.export(out);
	}

	@DeleteMapping("/trail")
	public long forget(@RequestParam long person) {
		return this.trail.forget(person);
	}

}
