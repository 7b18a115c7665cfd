package io.github.appendonly.docs.trail;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class TrailApplication {

	public static void main(String[] arguments) {
		SpringApplication.run(TrailApplication.class, arguments);
	}

}
