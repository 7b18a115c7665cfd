@NullMarked
package io.github.appendonly.sample;

import org.jspecify.annotations.NullMarked;
