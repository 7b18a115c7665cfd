package io.github.appendonly.docs.trail;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

@ResponseStatus(HttpStatus.FORBIDDEN)
public class DeniedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

}
