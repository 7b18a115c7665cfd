package io.github.appendonly.docs.feed;

import org.springframework.data.jpa.repository.JpaRepository;

interface ReadMarkRepository extends JpaRepository<ReadMark, ReadMark.Id> {

	void deleteByIdTeam(String team);

}
