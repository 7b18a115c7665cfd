/**
 * Auto-configuration: entities, tables, and a bean for each stack in the properties.
 * {@code AppendOnlyLifecycle} starts and stops the structures with the application.
 */
@NullMarked
package io.github.appendonly.autoconfigure;

import org.jspecify.annotations.NullMarked;
