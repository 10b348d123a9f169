package io.streamrelay.gateway.version;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.streamrelay.protocol.turn.Migrations;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/version}. */
@RestController
final class VersionController {
  /** What the build says where it was told no commit. */
  private static final String NO_COMMIT = "unknown";

  private final ObjectProvider<BuildProperties> build;
  private final ObjectProvider<Migrations> migrations;

  VersionController(ObjectProvider<BuildProperties> build, ObjectProvider<Migrations> migrations) {
    this.build = build;
    this.migrations = migrations;
  }

  @GetMapping("/api/version")
  Version version() {
    BuildProperties built = build.getIfAvailable();
    return new Version(
        built == null ? "development" : built.getVersion(),
        built == null ? null : commit(built.get("commit")),
        schema(migrations.getIfAvailable()));
  }

  private static @Nullable String commit(@Nullable String commit) {
    return NO_COMMIT.equals(commit) ? null : commit;
  }

  private static @Nullable String schema(@Nullable Migrations migrations) {
    return migrations != null && migrations.state() instanceof Migrations.State.Ready(var version)
        ? version
        : null;
  }

  /**
   * @param commit absent where the build wasn't told it
   * @param schema version of PostgreSQL's schema; absent until PostgreSQL has answered
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Version(@Nullable String version, @Nullable String commit, @Nullable String schema) {}
}
