/**
 * Auto-configurations for web applications.
 */
@NullMarked
package io.github.appendonly.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
