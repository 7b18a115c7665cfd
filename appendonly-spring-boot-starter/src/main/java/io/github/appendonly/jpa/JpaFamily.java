package io.github.appendonly.jpa;

import java.lang.reflect.Type;
import java.util.List;
import java.util.function.Function;

import io.github.appendonly.AppendStack;
import io.github.appendonly.Archive;
import io.github.appendonly.Family;
import io.github.appendonly.jpa.sequencer.plan.StackDefinition;

/**
 * A family of stacks in the database.
 *
 * @param <T> the type of the items
 */
final class JpaFamily<T> implements Family<T> {

	private final String prefix;

	private final Type type;

	private final Function<String, StackDefinition<T>> definitions;

	private final JpaAppendOnlyStructures structures;

	/**
	 * @param definitions returns the definition of a stack by its name
	 */
	JpaFamily(String prefix, Type type, Function<String, StackDefinition<T>> definitions,
			JpaAppendOnlyStructures structures) {
		this.prefix = prefix;
		this.type = type;
		this.definitions = definitions;
		this.structures = structures;
	}

	@Override
	public String prefix() {
		return this.prefix;
	}

	@Override
	public AppendStack<T> stack(String member) {
		return this.structures.stack(this.definitions.apply(name(member)));
	}

	@Override
	public Archive<T> archive(String member) {
		return this.structures.archive(name(member), this.type);
	}

	@Override
	public boolean exists(String member) {
		return this.structures.exists(name(member));
	}

	@Override
	public List<String> members(String after, int limit) {
		return this.structures.stackNames(this.prefix, this.prefix + after, RESERVED, limit)
			.stream()
			.map((name) -> name.substring(this.prefix.length()))
			.toList();
	}

	@Override
	public void drop(String member) {
		this.structures.drop(name(member));
	}

	private String name(String member) {
		if (member.isEmpty() || member.endsWith(RESERVED)) {
			throw new IllegalArgumentException("A member of the family '" + this.prefix
					+ "' is a text of at least one character that does not end with \"" + RESERVED + "\", but got \""
					+ member + "\"");
		}
		return StructureNames.require(this.prefix + member);
	}

	@Override
	public String toString() {
		return "family '" + this.prefix + "'";
	}

}
