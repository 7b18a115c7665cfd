package io.github.appendonly.docs;

import java.time.Duration;

import io.github.appendonly.AppendStack;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.stereotype.Service;

@Service
public class LoginAudit {

	private final AppendOnlyStructures structures;

	public LoginAudit(AppendOnlyStructures structures) {
		this.structures = structures;
	}

	public AppendStack<String> logins(String tenant) {
		return this.structures.stack("logins-" + tenant, String.class,
				(stack) -> stack.bounds(50, 200).archived().retention(Duration.ofDays(90)));
	}

}
