package io.github.appendonly.docs.feed;

import java.util.List;
import java.util.Optional;

import io.github.appendonly.Changes;
import io.github.appendonly.Entry;
import io.github.appendonly.Position;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/teams")
public class FeedController {

	private final Feeds feeds;

	public FeedController(Feeds feeds) {
		this.feeds = feeds;
	}

	public record Post(long author, String text) {
	}

	@PostMapping("/{team}/activities")
	@ResponseStatus(HttpStatus.ACCEPTED)
	public void post(@PathVariable String team, @RequestBody Post post,
			@RequestHeader("Idempotency-Key") Optional<String> request) {
		request.ifPresentOrElse((key) -> this.feeds.postOnce(team, post.author(), post.text(), key),
				() -> this.feeds.post(team, post.author(), post.text()));
	}

	@GetMapping("/{team}/activities")
	public List<Entry<ActivityView>> page(@PathVariable String team, @RequestParam Optional<Position> below) {
		return this.feeds.page(team, below);
	}

	@GetMapping("/{team}/activities/new")
	public Changes<ActivityView> since(@PathVariable String team, @RequestParam Position cursor) {
		return this.feeds.since(team, cursor);
	}

	@GetMapping("/{team}/unread")
	public String unread(@PathVariable String team, @RequestParam long reader) {
		return this.feeds.unread(team, reader);
	}

	@PutMapping("/{team}/read")
	public void markRead(@PathVariable String team, @RequestParam long reader, @RequestParam Position upTo) {
		this.feeds.markRead(team, reader, upTo);
	}

	@GetMapping
	public List<String> teams(@RequestParam(defaultValue = "") String after) {
		return this.feeds.teams(after);
	}

	@DeleteMapping("/authors/{author}")
	public void forget(@PathVariable long author) {
		this.feeds.forget(author);
	}

	@DeleteMapping("/{team}")
	public void remove(@PathVariable String team) {
		this.feeds.remove(team);
	}

}
