package io.streamrelay.worker.provider;

import io.streamrelay.protocol.property.PropertyException;
import java.io.IOException;

/** A server is where it may not be: nothing was sent, and no connection was made. */
final class RefusedAddressException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedAddressException(PropertyException refusal) {
    super(refusal.getMessage(), refusal);
  }
}
