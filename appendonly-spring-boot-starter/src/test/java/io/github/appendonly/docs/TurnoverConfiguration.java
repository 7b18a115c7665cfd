package io.github.appendonly.docs;

import java.math.BigDecimal;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Layer;
import io.github.appendonly.jpa.AppendOnlyStructures;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
public class TurnoverConfiguration {

	@Bean
	AppendStack<Order> paidOrders(AppendOnlyStructures structures, JdbcClient jdbc) {
		return structures.stack("paid-orders", Order.class,
				(stack) -> stack.bounds(2, 10)
					.pruner((layer) -> jdbc.sql("insert into turnover (generation, total) values (?, ?)")
						.params(layer.generation(), total(layer))
						.update()));
	}

	private static BigDecimal total(Layer<Order> layer) {
		return layer.items().stream().map(Order::total).reduce(BigDecimal.ZERO, BigDecimal::add);
	}

}
