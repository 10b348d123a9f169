package io.streamrelay.worker.provider.bedrock;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * AWS credentials, which sign each request by Signature Version 4 and are not sent themselves.
 *
 * @param region that the server is in: it counts in the signature
 * @param sessionToken of credentials that end; null: they don't
 */
public record AwsKey(
    String region, String accessKeyId, String secretAccessKey, @Nullable String sessionToken)
    implements BedrockKey {
  private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

  /** Headers that are signed and that the HTTP client sends by itself, as they are here. */
  private static final Set<String> SENT_ANYWAY = caseless("Host", "Content-Type");

  private static final String JSON = "application/json";

  @Override
  public Map<String, String> headers(URI uri, byte[] body) {
    return headers(uri, body, Clock.systemUTC());
  }

  Map<String, String> headers(URI uri, byte[] body, Clock clock) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(uri)
            .putHeader("Content-Type", JSON)
            .build();
    SignedRequest signed =
        SIGNER.sign(sign ->
            sign.identity(identity())
                .request(request)
                .payload(() -> new ByteArrayInputStream(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "bedrock")
                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                .putProperty(HttpSigner.SIGNING_CLOCK, clock));
    Map<String, String> headers = new HashMap<>();
    for (Map.Entry<String, List<String>> header : signed.request().headers().entrySet()) {
      if (!SENT_ANYWAY.contains(header.getKey())) {
        headers.put(header.getKey(), header.getValue().getFirst());
      }
    }
    return headers;
  }

  private static Set<String> caseless(String... names) {
    Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    set.addAll(List.of(names));
    return set;
  }

  private AwsCredentialsIdentity identity() {
    return sessionToken == null
        ? AwsCredentialsIdentity.create(accessKeyId, secretAccessKey)
        : AwsSessionCredentialsIdentity.create(accessKeyId, secretAccessKey, sessionToken);
  }

  @Override
  public String secret() {
    return accessKeyId + " " + secretAccessKey + (sessionToken == null ? "" : " " + sessionToken);
  }

  /** Never prints the credentials. */
  @Override
  public String toString() {
    return "AwsKey[" + region + "]";
  }
}
