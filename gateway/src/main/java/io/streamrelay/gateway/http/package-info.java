/**
 * What holds for every request: its id, its span and timer, the headers of its answer, the limits
 * of the server, and how a JSON body is read. Takes raw requests, gives checked values. Read {@link
 * io.streamrelay.gateway.http.JsonBody} first.
 */
@NullMarked
package io.streamrelay.gateway.http;

import org.jspecify.annotations.NullMarked;
