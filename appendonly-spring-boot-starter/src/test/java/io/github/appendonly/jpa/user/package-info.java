/**
 * The entities and listeners of an application that uses the structures.
 */
@NullMarked
package io.github.appendonly.jpa.user;

import org.jspecify.annotations.NullMarked;
