package io.streamrelay.gateway.submit;

import io.streamrelay.gateway.error.Problem;
import io.streamrelay.gateway.http.JsonFields;
import io.streamrelay.protocol.event.Part;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads images and files: a URL, or base64 with its media type. A data URL is taken apart, so that
 * there is one form of each.
 *
 * <p>The relay fetches nothing. Providers may: a URL is therefore https only, without user
 * information, so that what is open without TLS in a provider's own network isn't within reach.
 */
public final class MediaFields {
  private static final int MAX_URL_CHARS = 2048;
  private static final int MAX_NAME_CHARS = 255;
  private static final String SUBTYPE = "[a-z0-9][a-z0-9!#$&^_.+-]{0,99}";
  private static final Pattern IMAGE = Pattern.compile("image/" + SUBTYPE);
  private static final Pattern FILE =
      Pattern.compile("(application|audio|image|text|video)/" + SUBTYPE);
  private static final Pattern DATA_URL = Pattern.compile("(?i)data:([^,;]*);base64,(.*)");

  private final JsonFields part;
  private final Pattern types;
  private final String urlField;
  private @Nullable String url;
  private @Nullable String mediaType;
  private @Nullable String data;

  private MediaFields(JsonFields part, Pattern types, String urlField) {
    this.part = part;
    this.types = types;
    this.urlField = urlField;
  }

  static Part.Image image(JsonFields part) {
    part.only(Set.of("type", "url", "mediaType", "data"));
    MediaFields image = new MediaFields(part, IMAGE, "url");
    image.read();
    return new Part.Image(image.url, image.mediaType, image.data);
  }

  static Part.File file(JsonFields part) {
    part.only(Set.of("type", "name", "url", "mediaType", "data"));
    MediaFields file = new MediaFields(part, FILE, "url");
    file.read();
    return new Part.File(name(part, "name"), file.url, file.mediaType, file.data);
  }

  /**
   * What a UI message has: a {@code url} with its {@code mediaType}, perhaps a {@code filename}, an
   * image where its type says so. Other fields are passed over.
   */
  public static Part.Media linked(JsonFields part) {
    String type = part.requiredText("mediaType").toLowerCase(Locale.ROOT);
    boolean image = type.startsWith("image/");
    MediaFields media = new MediaFields(part, image ? IMAGE : FILE, "url");
    media.mediaType = media.type("mediaType", type);
    media.readUrl(part.requiredText("url"));
    return image
        ? new Part.Image(media.url, media.mediaType, media.data)
        : new Part.File(name(part, "filename"), media.url, media.mediaType, media.data);
  }

  private static @Nullable String name(JsonFields part, String field) {
    String name = part.text(field);
    boolean fine =
        name == null
            || !name.isBlank()
                && name.length() <= MAX_NAME_CHARS
                && name.chars().noneMatch(Character::isISOControl);
    if (!fine) {
      throw Problem.invalid(
              "'"
                  + part.path(field)
                  + "' must have 1 to "
                  + MAX_NAME_CHARS
                  + " characters, none of them a control character")
          .exception();
    }
    return name;
  }

  /** An image of which {@code field} is the URL or data URL. */
  public static Part.Image imageByUrl(JsonFields of, String field) {
    MediaFields image = new MediaFields(of, IMAGE, field);
    image.readUrl(of.requiredText(field));
    return new Part.Image(image.url, image.mediaType, image.data);
  }

  /** A file of which {@code field} is the URL or data URL, and {@code nameField} the name. */
  public static Part.File fileByUrl(JsonFields of, String nameField, String field) {
    MediaFields file = new MediaFields(of, FILE, field);
    file.readUrl(of.requiredText(field));
    return new Part.File(name(of, nameField), file.url, file.mediaType, file.data);
  }

  private void read() {
    if (part.has("url") == part.has("data")) {
      throw Problem.invalid(
              "'" + part.path() + "' needs either 'url', or 'data' with its 'mediaType'")
          .exception();
    }
    mediaType = part.has("mediaType") ? type("mediaType", part.requiredText("mediaType")) : null;
    if (part.has("data")) {
      part.requiredText("mediaType");
      data = base64("data", part.requiredText("data"));
    } else {
      readUrl(part.requiredText("url"));
    }
  }

  private void readUrl(String given) {
    Matcher inline = DATA_URL.matcher(given);
    if (inline.matches()) {
      String within = type(urlField, inline.group(1));
      if (mediaType != null && !mediaType.equals(within)) {
        throw Problem.invalid(
                "'"
                    + part.path("mediaType")
                    + "' is another than that in '"
                    + part.path(urlField)
                    + "'")
            .exception();
      }
      mediaType = within;
      data = base64(urlField, inline.group(2));
    } else {
      url = https(given);
    }
  }

  private String https(String given) {
    if (given.length() > MAX_URL_CHARS) {
      throw Problem.invalid(
              "'" + part.path(urlField) + "' is longer than " + MAX_URL_CHARS + " characters")
          .exception();
    }
    try {
      URI uri = new URI(given);
      boolean fine =
          "https".equalsIgnoreCase(uri.getScheme())
              && uri.getHost() != null
              && uri.getRawUserInfo() == null;
      if (fine) {
        return uri.toASCIIString();
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw Problem.invalid(
            "'"
                + part.path(urlField)
                + "' must be https://host/… without user and password, or"
                + " data:<media type>;base64,…")
        .exception();
  }

  private String type(String field, String given) {
    String type = given.toLowerCase(Locale.ROOT);
    if (!types.matcher(type).matches()) {
      String like = types == IMAGE ? "image/png" : "application/pdf";
      throw Problem.invalid(
              "'" + part.path(field) + "' must have a media type like " + like + ", no parameters")
          .exception();
    }
    return type;
  }

  private String base64(String field, String given) {
    try {
      if (given.length() % 4 == 0 && Base64.getDecoder().decode(given).length > 0) {
        return given;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw Problem.invalid(
            "'"
                + part.path(field)
                + "' is not base64: A-Z a-z 0-9 + / with = to a multiple of four, not empty")
        .exception();
  }
}
