/**
 * Group commit: items that arrive during one commit are committed together by the next
 * one. This package knows nothing of stacks or databases.
 */
@NullMarked
package io.github.appendonly.commit;

import org.jspecify.annotations.NullMarked;
