package io.streamrelay.gateway.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Lets others go before each request. One virtual thread serves a connection's requests as long as
 * more have arrived: a client that sends them without waiting for answers never lets it wait, and
 * as many such connections as there are carriers would keep everybody else out. Thread-safe.
 */
final class RequestYield implements HttpConfiguration.Customizer {
  @Override
  public Request customize(Request request, HttpFields.Mutable headers) {
    Thread.yield();
    return request;
  }
}
