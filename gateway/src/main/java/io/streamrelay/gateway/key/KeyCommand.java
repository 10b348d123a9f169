package io.streamrelay.gateway.key;

import io.streamrelay.protocol.key.ApiKey;
import io.streamrelay.protocol.key.CallerKey;
import io.streamrelay.protocol.key.KeyStore;
import io.streamrelay.protocol.key.NewKey;
import io.streamrelay.protocol.key.Pepper;
import io.streamrelay.protocol.key.RevokeResult;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes, shows and revokes keys. A new key is the only thing on {@code out}, so that it can be
 * piped; it is shown this once and kept nowhere.
 */
final class KeyCommand {
  private static final int TRIES = 3;
  private static final int MOST_SHOWN = 10_000;
  private static final String ROW = "%-13s %-24s %-24s %-14s %-20s %-20s %s%n";

  private final KeyStore keys;
  private final Supplier<Pepper> pepper;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * @param pepper asked only where a key is made
   */
  KeyCommand(KeyStore keys, Supplier<Pepper> pepper, PrintStream out, PrintStream err) {
    this.keys = keys;
    this.pepper = pepper;
    this.out = out;
    this.err = err;
  }

  /** Whether it could be done; if not, why is said on {@code err}. */
  boolean create(KeyCommandLine.Create wanted) {
    Pepper pepper = this.pepper.get();
    for (int i = 0; i < TRIES; i++) {
      ApiKey key = ApiKey.make();
      NewKey made =
          new NewKey(
              key.prefix(),
              pepper.hash(key),
              wanted.caller(),
              wanted.name(),
              wanted.trusted(),
              wanted.admin());
      if (keys.add(made)) {
        err.printf(
            "Made %s for the caller %s%s. The key itself is shown this once:%n",
            key.prefix(), wanted.caller(), rights(wanted.trusted(), wanted.admin()));
        out.println(key.reveal());
        return true;
      }
    }
    err.println("No key was made: " + TRIES + " prefixes in a row were taken. Try again.");
    return false;
  }

  private static String rights(boolean trusted, boolean admin) {
    return (trusted ? ", trusted to act for users" : "") + (admin ? ", admin" : "");
  }

  void list() {
    List<CallerKey> all = keys.list(MOST_SHOWN);
    if (all.isEmpty()) {
      err.println("There are no keys; key create --caller NAME makes one.");
      return;
    }
    out.printf(ROW, "PREFIX", "CALLER", "NAME", "RIGHTS", "CREATED", "LAST USED", "STATE");
    for (CallerKey key : all) {
      String rights = rights(key.trusted(), key.admin()).replaceAll("^, | to act for users", "");
      out.printf(
          ROW,
          key.prefix(),
          key.caller(),
          key.name().isEmpty() ? "-" : key.name(),
          rights.isEmpty() ? "-" : rights,
          time(key.createdAt()),
          key.lastUsedAt() == null ? "never" : time(key.lastUsedAt()),
          key.revokedAt() == null ? "good" : "revoked " + time(key.revokedAt()));
    }
  }

  /** Whether there is such a key. */
  boolean revoke(String which) {
    UUID id = id(which);
    ApiKey whole = ApiKey.parse(which);
    RevokeResult result =
        id != null ? keys.revoke(id) : keys.revoke(whole == null ? which : whole.prefix());
    return switch (result) {
      case RevokeResult.Revoked(var key) -> {
        out.printf(
            "%s of the caller %s is revoked; within a minute no gateway takes it, and its open"
                + " streams are closed.%n",
            key.prefix(), key.caller());
        yield true;
      }
      case RevokeResult.Before(var key) -> {
        Instant when = key.revokedAt();
        out.printf(
            "%s of the caller %s was revoked already%s.%n",
            key.prefix(), key.caller(), when == null ? "" : ", at " + time(when));
        yield true;
      }
      case RevokeResult.Unknown() -> {
        err.println("There is no key with that prefix or id; key list shows them all.");
        yield false;
      }
    };
  }

  private static @Nullable UUID id(String which) {
    try {
      return UUID.fromString(which);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
