package io.github.appendonly.docs;

import java.math.BigDecimal;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Layer;
import io.github.appendonly.StackBounds;
import io.github.appendonly.jpa.AppendOnly;
import io.github.appendonly.jpa.StackSettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
public class TurnoverConfiguration {

	@Bean
	AppendStack<Order> paidOrders(AppendOnly structures, JdbcClient jdbc) {
		return structures.stack("paid-orders", Order.class,
				StackSettings.<Order>unchanged()
					.withBounds(new StackBounds(2, 10))
					.withPruner((layer) -> jdbc.sql("insert into turnover (generation, total) values (?, ?)")
						.params(layer.generation(), total(layer))
						.update()));
	}

	private static BigDecimal total(Layer<Order> layer) {
		return layer.items().stream().map(Order::total).reduce(BigDecimal.ZERO, BigDecimal::add);
	}

}
