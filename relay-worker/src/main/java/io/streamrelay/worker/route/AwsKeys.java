package io.streamrelay.worker.route;

import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.worker.provider.bedrock.AwsKey;
import java.net.URI;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the credentials come from that sign requests to Bedrock, and its region. */
final class AwsKeys {
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]+");
  private static final Pattern HOST =
      Pattern.compile(
          "(?:.*\\.)?bedrock-runtime(?:-fips)?\\.([a-z0-9-]+)\\."
              + "(?:vpce\\.)?(?:amazonaws\\.com(?:\\.cn)?|api\\.aws)");

  private AwsKeys() {}

  /**
   * Credentials as configured.
   *
   * @param entry the property that holds the key's id, or its file
   * @param key asked before each request
   */
  record Source(String entry, Supplier<AwsKey> key) {
    /** Never prints the credentials. */
    @Override
    public String toString() {
      return entry;
    }
  }

  /**
   * Null if there are API keys instead; throws {@link PropertyException} where there are both, or
   * neither, or a part is missing.
   *
   * @param entry the property prefix of the provider
   */
  static @Nullable Source of(String entry, ProviderProperties.Entry properties, URI baseUrl) {
    ProviderProperties.Aws aws = properties.aws();
    String group = entry + ".aws";
    ApiKeys.Source id =
        ApiKeys.source(group + ".access-key-id", aws.accessKeyId(), aws.accessKeyIdFile());
    ApiKeys.Source secret =
        ApiKeys.source(
            group + ".secret-access-key", aws.secretAccessKey(), aws.secretAccessKeyFile());
    ApiKeys.Source token =
        ApiKeys.source(group + ".session-token", aws.sessionToken(), aws.sessionTokenFile());
    if (id == null && secret == null && token == null) {
      PropertyException.unless(
          properties.hasKey() || ApiKeys.isLoopback(baseUrl),
          entry + ".api-key",
          "is missing, and so are the credentials of "
              + group
              + "; only a server on this machine may go without");
      return null;
    }
    if (properties.hasKey()) {
      throw new PropertyException(
          id == null ? group : id.entry(), "there are API keys, too: leave one of both out");
    }
    return new Source(
        needed(group + ".access-key-id", id).entry(),
        key(
            region(entry, aws, baseUrl),
            needed(group + ".access-key-id", id).secret(),
            needed(group + ".secret-access-key", secret).secret(),
            token == null ? () -> null : token.secret()));
  }

  private static ApiKeys.Source needed(String property, ApiKeys.@Nullable Source source) {
    if (source == null) {
      throw new PropertyException(
          property, "is missing, nor is there " + property + "-file: credentials need it");
    }
    return source;
  }

  private static Supplier<AwsKey> key(
      String region,
      Supplier<@Nullable String> id,
      Supplier<@Nullable String> secret,
      Supplier<@Nullable String> token) {
    return () ->
        new AwsKey(
            region,
            Objects.requireNonNull(id.get()),
            Objects.requireNonNull(secret.get()),
            token.get());
  }

  private static String region(String entry, ProviderProperties.Aws aws, URI baseUrl) {
    String given = region(entry, aws);
    if (given != null) {
      return given;
    }
    Matcher host = HOST.matcher(baseUrl.getHost());
    if (host.matches()) {
      return host.group(1);
    }
    throw new PropertyException(
        entry + ".aws.region", "is missing, and the base URL doesn't name it");
  }

  /** Bedrock in the region as configured; throws {@link PropertyException} if none is. */
  static String baseUrl(String entry, ProviderProperties.Aws aws) {
    String region = region(entry, aws);
    if (region == null) {
      throw new PropertyException(
          entry + ".base-url", "is missing, nor is there " + entry + ".aws.region, which says it");
    }
    return "https://bedrock-runtime." + region + ".amazonaws.com";
  }

  /** As configured; null if it isn't. */
  private static @Nullable String region(String entry, ProviderProperties.Aws aws) {
    String region = aws.region() == null ? "" : aws.region().strip();
    if (region.isEmpty()) {
      return null;
    }
    PropertyException.unless(
        REGION.matcher(region).matches(),
        entry + ".aws.region",
        "must be the name of a region, such as us-east-1");
    return region;
  }
}
