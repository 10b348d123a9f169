package io.streamrelay.gateway.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;

/**
 * Says with an answer that the connection ends, where the request's body hasn't arrived by then:
 * Jetty closes it, but tells only in answers that are sent whole at the end. A client that isn't
 * told sends its next request to nobody. Only HTTP/1.1 has to. Thread-safe.
 */
final class UnreadBodies implements HttpConfiguration.Customizer {
  @Override
  public Request customize(Request request, HttpFields.Mutable headers) {
    boolean hasBody = request.getLength() != 0; // -1: of unknown length
    if (hasBody && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1) {
      request.addHttpStreamWrapper(Closing::new);
    }
    return request;
  }

  private static final class Closing extends HttpStream.Wrapper {
    Closing(HttpStream wrapped) {
      super(wrapped);
    }

    /** Called once, just before the headers go out: nothing reads the body any more then. */
    @Override
    public void prepareResponse(HttpFields.Mutable headers) {
      super.prepareResponse(headers);
      if (consumeAvailable() != null) {
        headers.put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
      }
    }
  }
}
