/**
 * The API's description: {@code /openapi.json}, a file of the jar, and Swagger UI over it. Read
 * {@link io.streamrelay.gateway.openapi.OpenApiConfiguration} first. How the file is made is in
 * {@code docs/openapi}.
 */
@NullMarked
package io.streamrelay.gateway.openapi;

import org.jspecify.annotations.NullMarked;
