package io.github.appendonly.benchmarks.application;

import io.github.appendonly.AppendStack;
import io.github.appendonly.History;

/**
 * The beans of an archived stack.
 *
 * @param name the name of the stack
 * @param stack the stack
 * @param history the stack and its archive
 */
public record Feed(String name, AppendStack<Order> stack, History<Order> history) {
}
