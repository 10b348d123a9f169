package io.streamrelay.worker.provider;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.BasicHttpTransportMetrics;
import org.apache.hc.core5.http.impl.nio.ClientHttp1IOEventHandler;
import org.apache.hc.core5.http.impl.nio.ClientHttp1StreamDuplexer;
import org.apache.hc.core5.http.impl.nio.DefaultHttpRequestWriterFactory;
import org.apache.hc.core5.http.impl.nio.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.nio.ContentDecoder;
import org.apache.hc.core5.http.nio.SessionInputBuffer;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http.protocol.RequestConnControl;
import org.apache.hc.core5.http.protocol.RequestContent;
import org.apache.hc.core5.http.protocol.RequestTargetHost;
import org.apache.hc.core5.http.protocol.RequestUserAgent;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.jspecify.annotations.Nullable;

/**
 * HttpCore's HTTP/1.1 on one connection, with one thing changed: each time the connection has
 * something, one buffer is read and handed on. HttpCore's own reads for as long as more comes: it
 * doesn't let the other connections have their turn, doesn't stop when told to, and what it reads
 * together with the connection's end is lost.
 *
 * <p>Not thread-safe: owned by the selector's thread.
 */
final class ProviderConnection extends ClientHttp1IOEventHandler {
  /** What is read at a time, and so what may still come after reading was stopped. */
  private static final int BUFFER_BYTES = 8192;

  private static final Http1Config LIMITS =
      Http1Config.custom()
          .setBufferSize(BUFFER_BYTES)
          .setMaxLineLength(16 * 1024)
          .setMaxHeaderCount(200)
          .setInitialWindowSize(Integer.MAX_VALUE)
          .build();

  private static final HttpProcessor HEADERS =
      HttpProcessorBuilder.create()
          .addAll(
              RequestTargetHost.INSTANCE,
              RequestContent.INSTANCE,
              RequestConnControl.INSTANCE,
              new RequestUserAgent("stream-relay"))
          .build();

  private final Duplexer duplexer;

  ProviderConnection(ProtocolIOSession session) {
    this(new Duplexer(session));
  }

  private ProviderConnection(Duplexer duplexer) {
    super(duplexer);
    this.duplexer = duplexer;
  }

  @Override
  public void inputReady(IOSession session, @Nullable ByteBuffer decrypted) throws IOException {
    duplexer.mayRead = decrypted == null;
    super.inputReady(session, decrypted);
  }

  private static final class Duplexer extends ClientHttp1StreamDuplexer {
    private boolean mayRead;

    Duplexer(ProtocolIOSession session) {
      super(
          session,
          HEADERS,
          LIMITS,
          null,
          null,
          new DefaultHttpResponseParserFactory(LIMITS).create(),
          DefaultHttpRequestWriterFactory.INSTANCE.create(),
          null,
          null,
          null);
    }

    @Override
    protected ContentDecoder createContentDecoder(
        long length,
        ReadableByteChannel channel,
        SessionInputBuffer buffer,
        BasicHttpTransportMetrics metrics)
        throws HttpException {
      mayRead = false; // The head has been read just now, and some of the body with it.
      return super.createContentDecoder(length, new Once(channel), buffer, metrics);
    }

    /** Reads once. */
    private final class Once implements ReadableByteChannel {
      private final ReadableByteChannel channel;

      Once(ReadableByteChannel channel) {
        this.channel = channel;
      }

      @Override
      public int read(ByteBuffer into) throws IOException {
        if (!mayRead) {
          return 0;
        }
        mayRead = false;
        return channel.read(into);
      }

      @Override
      public boolean isOpen() {
        return channel.isOpen();
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    }
  }
}
