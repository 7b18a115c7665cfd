package io.github.appendonly.docs;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Pushed;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class OrderIntake {

	private final AppendStack<Order> recentOrders;

	public OrderIntake(AppendStack<Order> recentOrders) {
		this.recentOrders = recentOrders;
	}

	@PostMapping("/customers/{customer}/orders")
	@Transactional
	public ResponseEntity<Void> place(@PathVariable String customer, @RequestHeader("Idempotency-Key") String key,
			@RequestBody Order order) {
		Pushed pushed = this.recentOrders.push(order, customer + "/" + key);
		if (!pushed.isNew()) {
			return ResponseEntity.ok().build(); // the request came twice
		}
		// … your own tables, in the same transaction …
		return ResponseEntity.status(HttpStatus.CREATED).build();
	}

}
