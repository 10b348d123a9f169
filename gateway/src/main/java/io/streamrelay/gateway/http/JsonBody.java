package io.streamrelay.gateway.http;

import io.streamrelay.gateway.error.ErrorCode;
import io.streamrelay.gateway.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a request's body as one JSON object, strictly: bounded in size, time and depth, no field
 * twice, nothing after it. Every refusal is a problem that says what to change and repeats nothing
 * of the body. Thread-safe.
 */
public final class JsonBody {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER_CHARS = 64;
  private static final int MAX_NAME_CHARS = 256;
  private static final int BUFFER_BYTES = 8192;

  /**
   * A body that is too large is read on for as much as this, and passed over: an answer to somebody
   * who still sends is lost when the connection is closed with bytes unread.
   */
  private static final long MAX_PASSED_OVER_BYTES = 4 * 1024 * 1024;

  private final HttpProperties limits;
  private final JsonMapper json;

  JsonBody(HttpProperties limits) {
    this.limits = limits;
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxNumberLength(MAX_NUMBER_CHARS)
            .maxNameLength(MAX_NAME_CHARS)
            .maxStringLength((int) limits.maxBody().toBytes())
            .build();
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(constraints)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    json =
        JsonMapper.builder(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  }

  /**
   * Reads the body.
   *
   * @param known the fields it may have
   */
  public JsonFields read(HttpServletRequest request, Set<String> known) {
    JsonFields fields = readIfAny(request, known);
    if (fields == null) {
      throw Problem.invalid("the body is empty; send a JSON object").exception();
    }
    return fields;
  }

  /** Reads the body of a request that needs none: null if there is none. */
  public @Nullable JsonFields readIfAny(HttpServletRequest request, Set<String> known) {
    byte[] body = bytes(request);
    if (body.length == 0) {
      return null;
    }
    checkType(request);
    JsonFields fields = new JsonFields("", object(parse(() -> json.readTree(body)), "the body"));
    fields.only(known);
    return fields;
  }

  /**
   * Reads a message of a socket likewise; its fields are still to be checked by {@link
   * JsonFields#only}.
   */
  public JsonFields readMessage(String message) {
    return new JsonFields("", object(parse(() -> json.readTree(message)), "a message"));
  }

  /** Largest body, and message, in bytes. */
  public long maxBytes() {
    return limits.maxBody().toBytes();
  }

  private static JsonNode object(JsonNode node, String what) {
    if (!node.isObject()) {
      throw Problem.invalid(what + " must be a JSON object").exception();
    }
    return node;
  }

  private static void checkType(HttpServletRequest request) {
    String encoding = request.getHeader("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw wrongType("send the body without Content-Encoding");
    }
    String type = request.getContentType();
    if (type != null && !isJson(type)) {
      throw wrongType("send application/json in UTF-8");
    }
  }

  private static boolean isJson(String type) {
    try {
      MediaType media = MediaType.parseMediaType(type);
      return media.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)
          && (media.getCharset() == null || media.getCharset().equals(StandardCharsets.UTF_8));
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }

  private static RuntimeException wrongType(String detail) {
    return new Problem(415, ErrorCode.INVALID_REQUEST, detail).exception();
  }

  private byte[] bytes(HttpServletRequest request) {
    long max = limits.maxBody().toBytes();
    boolean tooLarge = request.getContentLengthLong() > max;
    boolean notSentYet = request.getHeader("Expect") != null;
    if (tooLarge && (notSentYet || request.getContentLengthLong() > max + MAX_PASSED_OVER_BYTES)) {
      throw tooLarge(max);
    }
    long deadline = System.nanoTime() + limits.bodyTimeout().toNanos();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    long length = 0;
    try (InputStream in = request.getInputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        length += read;
        tooLarge |= length > max;
        if (!tooLarge) {
          body.write(buffer, 0, read);
        } else if (length > max + MAX_PASSED_OVER_BYTES) {
          break;
        }
        if (System.nanoTime() - deadline > 0) {
          throw tooLarge ? tooLarge(max) : notWhole(408);
        }
      }
    } catch (IOException e) {
      throw tooLarge ? tooLarge(max) : notWhole(isTimeout(e) ? 408 : 400);
    }
    if (tooLarge) {
      throw tooLarge(max);
    }
    return body.toByteArray();
  }

  private static RuntimeException tooLarge(long max) {
    String detail = "the body is larger than " + max + " bytes";
    return new Problem(413, ErrorCode.INVALID_REQUEST, detail)
        .withHeader("Connection", "close")
        .exception();
  }

  private static RuntimeException notWhole(int status) {
    String detail =
        status == 408 ? "the body took too long to arrive" : "the body did not arrive whole";
    return new Problem(status, ErrorCode.INVALID_REQUEST, detail)
        .withHeader("Connection", "close")
        .exception();
  }

  private static boolean isTimeout(IOException e) {
    return e.getCause() instanceof java.util.concurrent.TimeoutException;
  }

  private static JsonNode parse(Supplier<JsonNode> reading) {
    try {
      return reading.get();
    } catch (StreamConstraintsException e) {
      throw Problem.invalid("too deep, or too long a number or name" + at(e)).exception();
    } catch (JacksonException e) {
      throw Problem.invalid(reason(e) + at(e)).exception();
    }
  }

  private static String reason(JacksonException e) {
    String message = e.getOriginalMessage();
    if (message != null && message.startsWith("Duplicate")) {
      return "a field is there twice";
    }
    if (message != null && message.startsWith("Trailing token")) {
      return "something follows the JSON object";
    }
    return "malformed JSON";
  }

  private static String at(JacksonException e) {
    TokenStreamLocation location = e.getLocation();
    return location == null
        ? ""
        : ", line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
