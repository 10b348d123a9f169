package io.streamrelay.worker.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AwsKeyTest {
  /** The credentials of AWS's published examples. */
  private static final String ID = "AKIDEXAMPLE";

  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2015-08-30T12:36:00Z"), ZoneOffset.UTC);

  /** AWS's test suite for Signature Version 4: get-vanilla and post-vanilla. */
  @ParameterizedTest
  @CsvSource({
    "GET, 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    "POST, 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
  })
  void theOtherSide_findsThePublishedSignatures(String method, String signature) throws Exception {
    Map<String, String> headers =
        Map.of(
            "host", "example.amazonaws.com",
            "x-amz-date", "20150830T123600Z",
            "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                    + " SignedHeaders=host;x-amz-date, Signature="
                    + signature);

    SignatureV4 published = new SignatureV4(method, "/", headers, new byte[0]);

    assertThat(published.expected(SECRET)).isEqualTo(signature);
  }

  private static SignatureV4 signed(AwsKey key, String url, byte[] body) {
    URI uri = URI.create(url);
    Map<String, String> headers = new TreeMap<>();
    key.headers(uri, body, CLOCK).forEach((name, value) -> headers.put(name.toLowerCase(), value));
    headers.put("host", uri.getAuthority());
    headers.put("content-type", "application/json");
    return new SignatureV4("POST", uri.getRawPath(), headers, body);
  }

  @ParameterizedTest
  @CsvSource({
    "https://bedrock-runtime.us-east-1.amazonaws.com/model/us.amazon.nova-micro-v1%3A0/x",
    "http://127.0.0.1:8080/v1/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ap%2Fa/x",
    "https://bedrock-runtime.us-east-1.amazonaws.com/model/a*b~c_d.e-f%20%C3%A9/x"
  })
  void headers_areSignedAsTheOtherSideExpects(String url) throws Exception {
    SignatureV4 signed = signed(new AwsKey("us-east-1", ID, SECRET, null), url, new byte[] {'{'});

    assertThat(signed.accessKeyId()).isEqualTo(ID);
    assertThat(signed.scope()).isEqualTo("20150830/us-east-1/bedrock/aws4_request");
    assertThat(signed.signedHeaders().split(";")).contains("host", "content-type", "x-amz-date");
    assertThat(signed.headers()).containsEntry("x-amz-date", "20150830T123600Z");
    assertThat(signed.signature()).isEqualTo(signed.expected(SECRET));
  }

  @Test
  void headers_haveTheSessionTokenSigned() throws Exception {
    SignatureV4 signed =
        signed(
            new AwsKey("eu-west-1", ID, SECRET, "token=="),
            "https://a.example/model/m/x",
            new byte[0]);

    assertThat(signed.headers()).containsEntry("x-amz-security-token", "token==");
    assertThat(signed.signedHeaders()).contains("x-amz-security-token");
    assertThat(signed.signature()).isEqualTo(signed.expected(SECRET));
  }

  @Test
  void secret_changesWithEachOfItsParts() {
    AwsKey key = new AwsKey("r", "a", "b", "c");

    assertThat(new AwsKey("r", "a", "b", "c").secret()).isEqualTo(key.secret());
    assertThat(new AwsKey("r", "x", "b", "c").secret()).isNotEqualTo(key.secret());
    assertThat(new AwsKey("r", "a", "x", "c").secret()).isNotEqualTo(key.secret());
    assertThat(new AwsKey("r", "a", "b", "x").secret()).isNotEqualTo(key.secret());
    assertThat(new AwsKey("r", "a", "b", null).secret()).isNotEqualTo(key.secret());
  }

  @Test
  void toString_showsNoSecret() {
    assertThat(new AwsKey("eu-west-1", "canary1", "canary2", "canary3"))
        .hasToString("AwsKey[eu-west-1]");
    assertThat(new BearerKey("canary")).hasToString("BearerKey");
  }
}
