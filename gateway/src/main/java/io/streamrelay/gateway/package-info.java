/**
 * The gateway: takes a user's message, queues a job and serves the answer as it grows. A message
 * travels {@code submit → job}, an answer {@code tail → dialect → socket}. Read {@link
 * io.streamrelay.gateway.GatewayApplication} first.
 */
@NullMarked
package io.streamrelay.gateway;

import org.jspecify.annotations.NullMarked;
