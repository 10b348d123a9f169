package io.streamrelay.worker.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.worker.provider.bedrock.AwsKey;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

final class AwsKeysTest {
  private static final String ENTRY = "relay.providers.x";
  private static final URI EUROPE = URI.create("https://bedrock-runtime.eu-west-1.amazonaws.com");

  @TempDir Path folder;

  private static ProviderProperties.Entry entry(String... properties) {
    MockEnvironment environment = new MockEnvironment();
    for (String property : properties) {
      int at = property.indexOf('=');
      environment.setProperty(ENTRY + "." + property.substring(0, at), property.substring(at + 1));
    }
    return Objects.requireNonNull(
        Binder.get(environment).bind("relay", ProviderProperties.class).get().providers().get("x"));
  }

  private static AwsKeys.Source keys(URI baseUrl, String... properties) {
    return Objects.requireNonNull(AwsKeys.of(ENTRY, entry(properties), baseUrl));
  }

  @ParameterizedTest
  @CsvSource({
    "bedrock-runtime.us-east-1.amazonaws.com, us-east-1",
    "bedrock-runtime-fips.us-gov-west-1.amazonaws.com, us-gov-west-1",
    "bedrock-runtime.us-west-2.api.aws, us-west-2",
    "vpce-1-a.bedrock-runtime.eu-central-1.vpce.amazonaws.com, eu-central-1"
  })
  void region_isTheOneOfTheBaseUrl(String host, String region) {
    AwsKeys.Source keys =
        keys(URI.create("https://" + host), "aws.access-key-id=id", "aws.secret-access-key=secret");

    assertThat(keys.key().get()).isEqualTo(new AwsKey(region, "id", "secret", null));
  }

  @Test
  void region_asConfiguredWins() {
    AwsKeys.Source keys =
        keys(
            EUROPE,
            "aws.region=us-east-1",
            "aws.access-key-id=id",
            "aws.secret-access-key=secret",
            "aws.session-token=token");

    assertThat(keys.key().get()).isEqualTo(new AwsKey("us-east-1", "id", "secret", "token"));
    assertThat(keys.entry()).isEqualTo("relay.providers.x.aws.access-key-id");
    assertThat(keys).hasToString("relay.providers.x.aws.access-key-id");
  }

  @Test
  void region_makesTheBaseUrl() {
    assertThat(AwsKeys.baseUrl(ENTRY, entry("aws.region=eu-west-1").aws()))
        .isEqualTo(EUROPE.toString());
  }

  @Test
  void files_winAndAreReadAgainWhenTheyChange() throws Exception {
    Path id = write("id", "id-1", 1);
    Path secret = write("secret", "secret-1", 1);
    Path token = write("token", "token-1", 1);
    AwsKeys.Source keys =
        keys(
            EUROPE,
            "aws.access-key-id=other",
            "aws.access-key-id-file=" + id,
            "aws.secret-access-key-file=" + secret,
            "aws.session-token-file=" + token);
    AwsKey first = keys.key().get();

    write("id", "id-2", 2);
    write("secret", "secret-2", 2);
    write("token", "token-2", 2);

    assertThat(first).isEqualTo(new AwsKey("eu-west-1", "id-1", "secret-1", "token-1"));
    assertThat(keys.key().get()).isEqualTo(new AwsKey("eu-west-1", "id-2", "secret-2", "token-2"));
    assertThat(keys.entry()).isEqualTo("relay.providers.x.aws.access-key-id-file");
  }

  private Path write(String name, String content, int second) throws Exception {
    Path file = Files.writeString(folder.resolve(name), content + "\n");
    return Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(second)));
  }

  @Test
  void none_whereThereAreApiKeysOrTheServerIsOnThisMachine() {
    URI here = URI.create("http://127.0.0.1:1");

    assertThat(AwsKeys.of(ENTRY, entry("api-key=sk-canary"), EUROPE)).isNull();
    assertThat(AwsKeys.of(ENTRY, entry("type=bedrock-converse"), here)).isNull();
  }
}
