/**
 * The OpenAPI document, made: takes what is written in {@code docs/openapi} and what the code
 * itself knows, gives {@code docs/openapi.json}. Read {@link
 * io.streamrelay.gateway.openapi.OpenApiDocument} first.
 */
@NullMarked
package io.streamrelay.gateway.openapi;

import org.jspecify.annotations.NullMarked;
