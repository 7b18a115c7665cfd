package io.github.appendonly.jpa.follow;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a node tells the others.
 *
 * @param sender the node
 * @param stacks the names of stacks that may have changed
 * @param all whether any other stack may have changed too
 */
record Notice(String sender, List<String> stacks, boolean all) {

	/*
	 * The payload has a line for the sender and one for each stack. Names have no line
	 * breaks, and none is empty: an empty line stands for all stacks. A notice without a
	 * stack is a sign of life.
	 */

	/** More payloads at a time would not be hints any more. */
	private static final int MAX_PAYLOADS = 4;

	private static final String ALL = "";

	static String signOfLife(String sender) {
		return sender;
	}

	/**
	 * Returns the payloads for stacks. If they are too many, there is one for all.
	 * @param maxBytes the maximum size of a payload in UTF-8
	 */
	static List<String> payloads(String sender, Collection<String> stacks, int maxBytes) {
		List<String> payloads = new ArrayList<>();
		StringBuilder payload = new StringBuilder(sender);
		int begin = bytes(sender);
		int size = begin;
		for (String stack : stacks) {
			int added = 1 + bytes(stack);
			if (size + added > maxBytes) {
				payloads.add(payload.toString());
				payload = new StringBuilder(sender);
				size = begin;
			}
			payload.append('\n').append(stack);
			size += added;
		}
		payloads.add(payload.toString());
		return (payloads.size() <= MAX_PAYLOADS) ? payloads : List.of(sender + '\n' + ALL);
	}

	private static int bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8).length;
	}

	static Notice parse(String payload) {
		List<String> lines = List.of(payload.split("\n", -1));
		List<String> stacks = lines.subList(1, lines.size());
		return new Notice(lines.get(0), stacks.stream().filter((stack) -> !stack.equals(ALL)).toList(),
				stacks.contains(ALL));
	}

}
