/**
 * What an application that uses the structures brings itself.
 */
@NullMarked
package io.github.appendonly.jpa.user;

import org.jspecify.annotations.NullMarked;
