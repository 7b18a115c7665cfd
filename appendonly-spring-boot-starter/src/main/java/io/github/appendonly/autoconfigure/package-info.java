/**
 * Auto-configuration: entities, tables, and a bean for each stack in the properties.
 */
@NullMarked
package io.github.appendonly.autoconfigure;

import org.jspecify.annotations.NullMarked;
