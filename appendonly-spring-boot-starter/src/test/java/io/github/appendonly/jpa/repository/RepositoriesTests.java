package io.github.appendonly.jpa.repository;

import io.github.appendonly.jpa.TestDatabase;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RepositoriesTests {

	@Test
	void handlesShareOneRepositoryOfAType() {
		Repositories repositories = new Repositories(
				TestDatabase.H2.shared().entityManager().getEntityManagerFactory());
		assertThat(repositories.get(InboxRepository.class)).isSameAs(repositories.get(InboxRepository.class));
		assertThat(repositories.get(InboxRepository.class).anyIn("none")).isFalse();
	}

}
