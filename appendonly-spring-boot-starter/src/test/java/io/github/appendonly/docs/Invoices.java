package io.github.appendonly.docs;

import java.util.List;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Entry;
import jakarta.persistence.EntityManager;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class Invoices {

	private final EntityManager entityManager;

	private final AppendStack<Invoice> recentInvoices;

	public Invoices(EntityManager entityManager, AppendStack<Invoice> recentInvoices) {
		this.entityManager = entityManager;
		this.recentInvoices = recentInvoices;
	}

	@Transactional
	public void create(Invoice invoice) {
		this.entityManager.persist(invoice);
		this.recentInvoices.push(invoice);
	}

	@Transactional
	public void delete(Long id) {
		this.entityManager.remove(this.entityManager.getReference(Invoice.class, id));
	}

	public List<Invoice> latest() {
		return this.recentInvoices.newest(50).stream().map(Entry::item).toList();
	}

}
