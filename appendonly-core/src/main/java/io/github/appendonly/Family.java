package io.github.appendonly;

import java.util.List;

/**
 * Stacks of one kind that are made while the application runs, for example a feed for
 * each workspace. They have the same type of items and the same settings, and their names
 * begin with the same prefix. What follows the prefix is the <em>member</em>.
 * <p>
 * Members cost nothing until they have items: a member exists from its first item on, and
 * until it is dropped. A handle on a member costs nothing to make or to hold.
 * <p>
 * A member is a text of at least one character. Prefix and member together are a name: at
 * most 200 characters, none of which is a control character. A member does not end with
 * {@value #RESERVED}: that is the end of the names of what durable subscribers park.
 * Prefixes are chosen so that no name has two of them: {@code feed-} and
 * {@code feed-old-} would share members.
 * <p>
 * All methods may be called by many threads at once.
 *
 * @param <T> the type of the items
 */
public interface Family<T> {

	/** The end of a text that cannot be a member. */
	String RESERVED = ".parked";

	/**
	 * Returns the beginning of the names of all members.
	 * @return the prefix
	 */
	String prefix();

	/**
	 * Returns the stack of a member, with the settings of the family.
	 * @param member the member
	 * @return a handle
	 * @throws IllegalArgumentException if the member is not valid
	 */
	AppendStack<T> stack(String member);

	/**
	 * Returns the archive of a member.
	 * @param member the member
	 * @return a handle
	 * @throws IllegalArgumentException if the member is not valid
	 */
	Archive<T> archive(String member);

	/**
	 * Returns the stack and the archive of a member, which are read as one.
	 * @param member the member
	 * @return a handle
	 * @throws IllegalArgumentException if the member is not valid
	 */
	default History<T> history(String member) {
		return new History<>(stack(member), archive(member));
	}

	/**
	 * Returns whether a member exists: whether something was ever pushed onto it, and it
	 * was not dropped since. What the caller's transaction has pushed counts.
	 * @param member the member
	 * @return whether it exists
	 * @throws IllegalArgumentException if the member is not valid
	 */
	boolean exists(String member);

	/**
	 * Returns the members that come after a member, a page at a time. A page costs what
	 * it holds, however many members and other stacks there are.
	 * <p>
	 * The order is the same for all pages: by code points, or as the database compares
	 * texts. Members that appear or disappear between two pages do not move the others. A
	 * new member is listed as soon as its first item is placed, right after the commit.
	 * @param after the last member of the page before; empty for the first page
	 * @param limit the maximum number of members, at least 1
	 * @return the members; fewer than {@code limit} only at the end
	 * @throws IllegalArgumentException if {@code after} cannot be part of a name, or the
	 * limit is below 1
	 */
	List<String> members(String after, int limit);

	/**
	 * Removes the stack and the archive of a member, with all their items. A push after
	 * that creates a new stack, whose positions start again.
	 * <p>
	 * The method joins the caller's transaction.
	 * @param member the member; nothing happens if it does not exist
	 * @throws IllegalArgumentException if the member is not valid
	 */
	void drop(String member);

}
