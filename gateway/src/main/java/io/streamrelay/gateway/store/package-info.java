/**
 * The real stores: Redis and PostgreSQL, and what must be true of them before requests come. Read
 * {@link io.streamrelay.gateway.store.StoreConfiguration} first.
 */
@NullMarked
package io.streamrelay.gateway.store;

import org.jspecify.annotations.NullMarked;
