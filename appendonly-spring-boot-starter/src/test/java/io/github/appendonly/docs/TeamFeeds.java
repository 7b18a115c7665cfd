package io.github.appendonly.docs;

import io.github.appendonly.Family;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
public class TeamFeeds {

	@Bean
	Family<Notification> teamFeeds(AppendOnlyStructures structures) {
		return structures.family("team-feed-", Notification.class, (stack) -> stack.bounds(10, 50).archived());
	}

}
