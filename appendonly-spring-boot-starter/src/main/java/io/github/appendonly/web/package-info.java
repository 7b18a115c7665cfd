/**
 * Structures on the web: server-sent events for Spring MVC, and pages.
 */
@NullMarked
package io.github.appendonly.web;

import org.jspecify.annotations.NullMarked;
