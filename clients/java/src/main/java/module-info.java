/** The client of Stream Relay's native API. */
module io.streamrelay.client {
  requires transitive java.net.http;
  requires tools.jackson.core;
  requires static org.jspecify;

  exports io.streamrelay.client;
  exports io.streamrelay.client.event;
  exports io.streamrelay.client.message;
  exports io.streamrelay.client.resource;
  exports io.streamrelay.client.submission;
}
