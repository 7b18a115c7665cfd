/**
 * Sessions, connections, transactions, tenants and shutdown: everything that the
 * structures share with the application.
 */
@NullMarked
package io.github.appendonly.jpa.transaction;

import org.jspecify.annotations.NullMarked;
