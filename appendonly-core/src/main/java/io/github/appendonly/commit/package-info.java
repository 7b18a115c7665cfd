/**
 * Group commit: what arrives while one commit is under way goes into the next one
 * together. Knows nothing of stacks or databases.
 */
@NullMarked
package io.github.appendonly.commit;

import org.jspecify.annotations.NullMarked;
