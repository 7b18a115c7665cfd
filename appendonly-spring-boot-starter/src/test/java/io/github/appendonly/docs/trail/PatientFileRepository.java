package io.github.appendonly.docs.trail;

import org.springframework.data.jpa.repository.JpaRepository;

interface PatientFileRepository extends JpaRepository<PatientFile, Long> {

}
