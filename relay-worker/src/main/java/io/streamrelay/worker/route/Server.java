package io.streamrelay.worker.route;

import io.streamrelay.protocol.property.PropertyException;
import io.streamrelay.worker.provider.BaseUrl;
import io.streamrelay.worker.provider.Reach;
import io.streamrelay.worker.provider.Reach.Network;
import io.streamrelay.worker.provider.openai.KeyHeader;
import io.streamrelay.worker.provider.openai.OpenAiQuirks;
import io.streamrelay.worker.route.ProviderProperties.Quirks;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server as configured, with what its preset and its wire protocol add where nothing is said.
 *
 * @param baseUrl without user, query or fragment
 * @param reach where its addresses may be
 * @param quirks of a server that speaks OpenAI's chat completions; else they mean nothing
 * @param headers sent with each request, by names in lower case; they may hold secrets
 */
record Server(
    WireProtocol protocol,
    URI baseUrl,
    Reach reach,
    OpenAiQuirks quirks,
    Map<String, String> headers,
    ProviderProperties.Entry properties) {
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e]{1,1024}");

  /** Those that HTTP itself or the wire protocols need for themselves. */
  private static final Set<String> TAKEN =
      Set.of(
          "accept",
          "accept-encoding",
          "authorization",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "cookie",
          "expect",
          "host",
          "te",
          "transfer-encoding",
          "upgrade");

  /**
   * @param entry the property prefix of the provider
   * @throws PropertyException naming the property that is wrong
   */
  static Server of(
      String entry,
      WireProtocol protocol,
      @Nullable Preset preset,
      ProviderProperties.Entry properties) {
    if (properties.background() && protocol != WireProtocol.OPENAI_RESPONSES) {
      throw new PropertyException(entry + ".background", "goes with type openai-responses only");
    }
    URI baseUrl = baseUrl(entry, protocol, preset, properties);
    Reach reach = reach(entry, properties, baseUrl, properties.hasBaseUrl());
    BaseUrl.check(entry + ".base-url", baseUrl, reach);
    return new Server(
        protocol,
        baseUrl,
        reach,
        quirks(entry, protocol, preset, baseUrl, properties.quirks()),
        headers(entry + ".headers", properties.headers()),
        properties);
  }

  private static URI baseUrl(
      String entry,
      WireProtocol protocol,
      @Nullable Preset preset,
      ProviderProperties.Entry properties) {
    String property = entry + ".base-url";
    String given = properties.baseUrl();
    if (given != null && properties.hasBaseUrl()) {
      return BaseUrl.parse(property, given.strip());
    }
    if (preset == Preset.AZURE) {
      throw new PropertyException(
          property, "is missing: https://<resource>.openai.azure.com/openai/v1");
    }
    String known = preset == null ? null : preset.baseUrl();
    return BaseUrl.parse(
        property, known == null ? protocol.defaultBaseUrl(entry, properties) : known);
  }

  /**
   * Where it may be: a public server is known to be one where we chose it ourselves.
   *
   * @param own whether the base URL was given
   */
  static Reach reach(String entry, ProviderProperties.Entry properties, URI baseUrl, boolean own) {
    boolean https = "https".equals(baseUrl.getScheme());
    Network byUrl = own || !https ? Network.ANY : Network.PUBLIC;
    Network network = properties.network() == null ? byUrl : properties.network();
    PropertyException.unless(
        https || network == Network.ANY,
        entry + ".base-url",
        "must be https:// where " + entry + ".network is public");
    return new Reach(entry, network, https, properties.plainHttp());
  }

  private static OpenAiQuirks quirks(
      String entry,
      WireProtocol protocol,
      @Nullable Preset preset,
      URI baseUrl,
      Quirks configured) {
    boolean has =
        protocol == WireProtocol.OPENAI_CHAT
            || protocol == WireProtocol.OPENAI_RESPONSES && configured.isOfKeyOnly();
    if (!has && !configured.equals(Quirks.NONE)) {
      throw new PropertyException(
          entry + ".quirks", "only openai-chat has any, and openai-responses the key-header");
    }
    String keyHeader = configured.keyHeader();
    if (keyHeader != null && !new KeyHeader(keyHeader).isAuthorization() && !isFree(keyHeader)) {
      throw new PropertyException(
          entry + ".quirks.key-header", "must be the name of a header that isn't needed otherwise");
    }
    OpenAiQuirks known = preset == null ? null : preset.quirks();
    return configured.over(known == null ? OpenAiQuirks.of(baseUrl) : known);
  }

  private static boolean isFree(String header) {
    return HEADER.matcher(header).matches() && !TAKEN.contains(header.toLowerCase(Locale.ROOT));
  }

  private static Map<String, String> headers(String property, Map<String, String> configured) {
    Map<String, String> headers = new TreeMap<>();
    configured.forEach((name, value) -> {
      if (!isFree(name)) {
        throw new PropertyException(
            property + "." + name, "isn't the name of a header that may be set here");
      }
      if (!HEADER_VALUE.matcher(value).matches()) {
        throw new PropertyException(
            property + "." + name, "must be 1 to 1024 characters of printable ASCII");
      }
      headers.put(name.toLowerCase(Locale.ROOT), value);
    });
    return Map.copyOf(headers);
  }

  /** Never prints headers. */
  @Override
  public String toString() {
    return "Server[" + baseUrl + "]";
  }
}
