package io.streamrelay.worker.provider.bedrock;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Bedrock is asked with: an API key, or AWS credentials that sign each request. */
public sealed interface BedrockKey permits BearerKey, AwsKey {
  /** The headers of a request that prove who asks. */
  Map<String, String> headers(URI uri, byte[] body);

  /** All that is secret of it, to compare and never to be shown; null: nothing. */
  @Nullable String secret();
}
