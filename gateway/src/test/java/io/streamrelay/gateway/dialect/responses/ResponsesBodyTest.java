package io.streamrelay.gateway.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.streamrelay.gateway.error.ProblemException;
import io.streamrelay.gateway.http.Bodies;
import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Parameters;
import io.streamrelay.protocol.turn.ReasoningEffort;
import io.streamrelay.protocol.turn.ResponseFormat;
import io.streamrelay.protocol.turn.Role;
import io.streamrelay.protocol.turn.Tools.Choice;
import io.streamrelay.protocol.turn.Tools.Mode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies are written with ' in place of ", to be legible. */
class ResponsesBodyTest {
  private static final String HELLO = "'input':'Hello'";
  private static final String TOOL = "'tools':[{'type':'function','name':'look'}]";

  static ResponsesBody read(String body) {
    return ResponsesBody.read(Bodies.read(body.replace('\'', '"'), ResponsesBody.FIELDS));
  }

  static void assertRefused(String body, int status, String detail) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              assertThat(refused.problem().detail()).isEqualTo(detail);
              assertThat(refused.problem().status()).isEqualTo(status);
            });
  }

  private static ResponsesBody with(String fields) {
    return read("{" + HELLO + "," + fields + "}");
  }

  @Test
  void read_ofATextIsTheUsersWithAllElseLeftToOthers() {
    ResponsesBody body = read("{" + HELLO + "}");

    assertThat(body)
        .isEqualTo(
            new ResponsesBody(
                List.of(new InputItem.Message(Role.USER, List.of(new Part.Text("Hello")))),
                null,
                null,
                Parameters.NONE,
                null,
                null,
                null,
                null,
                false,
                true,
                false,
                false,
                Map.of()));
  }

  @Test
  void read_takesAllThatIsDone() {
    ResponsesBody body =
        with(
            """
            'model':'demo-x', 'instructions':'Be brief.', 'max_output_tokens':7, 'temperature':0.5,
            'top_p':0.9, 'metadata':{'order':'7'}, 'store':false, 'background':true, 'stream':true,
            'stream_options':{'include_obfuscation':false}, 'previous_response_id':'resp_1',
            'truncation':'auto', 'include':['reasoning.encrypted_content',
            'message.output_text.logprobs'], 'reasoning':{'effort':'low','summary':'auto'},
            'tools':[{'type':'function','name':'look','description':'d',
            'parameters':{'type':'object'},'strict':true}], 'parallel_tool_calls':false,
            'tool_choice':{'type':'function','name':'look'}, 'text':{'verbosity':'medium',
            'format':{'type':'json_schema','name':'s','schema':{'b':1,'a':2},'strict':true,
            'description':'d'}}\
            """);

    assertThat(body.model()).isEqualTo("demo-x");
    assertThat(body.instructions()).isEqualTo("Be brief.");
    assertThat(body.parameters())
        .isEqualTo(new Parameters(0.5, 0.9, 7, null, null, ReasoningEffort.LOW));
    assertThat(body.metadata()).isEqualTo(Map.of("order", "7"));
    assertThat(body.previousResponseId()).isEqualTo("resp_1");
    assertThat(List.of(body.store(), body.background(), body.stream(), body.truncates()))
        .containsExactly(false, true, true, true);
    assertThat(String.valueOf(body.tools()))
        .isEqualTo(
            "Tools[offered=[Tool[name=look, description=d, parameters={\"type\":\"object\"}]],"
                + " choice=Choice[mode=NAMED, name=look], parallel=false]");
    assertThat(body.responseFormat())
        .isEqualTo(
            new ResponseFormat(ResponseFormat.Kind.JSON_SCHEMA, "s", "{\"b\":1,\"a\":2}", true));
    assertThat(body.echo())
        .isEqualTo(Map.of("reasoning.summary", "auto", "text.verbosity", "medium"));
  }

  @Test
  void read_tellsBackWhatIsOnlyTaken() {
    ResponsesBody body =
        with(
            """
            'user':'u', 'safety_identifier':'s', 'service_tier':'flex', 'prompt_cache_key':'k',
            'prompt_cache_retention':'24h', 'prompt_cache_options':{'mode':'auto'},
            'max_tool_calls':3, 'reasoning':{'generate_summary':'concise'}\
            """);

    assertThat(body.echo())
        .isEqualTo(
            Map.of(
                "user",
                "u",
                "safety_identifier",
                "s",
                "service_tier",
                "flex",
                "prompt_cache_key",
                "k",
                "prompt_cache_retention",
                "24h",
                "max_tool_calls",
                "3",
                "reasoning.summary",
                "concise"));
    assertThat(body.parameters()).isEqualTo(Parameters.NONE);
  }

  @Test
  void read_takesNullForWhatIsLeftOut() {
    String nulls =
        ResponsesBody.FIELDS.stream()
            .filter(field -> !field.equals("input"))
            .map(field -> "'" + field + "':null")
            .reduce(HELLO, (all, field) -> all + "," + field);

    assertThat(read("{" + nulls + "}")).isEqualTo(read("{" + HELLO + "}"));
    assertThat(with("'text':{'format':null},'reasoning':{'effort':null,'summary':null}"))
        .isEqualTo(read("{" + HELLO + "}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'top_logprobs':0",
        "'presence_penalty':0",
        "'frequency_penalty':-0.0",
        "'text':{}",
        "'reasoning':{}",
        "'reasoning':{'mode':'standard','context':'auto'}",
        "'include':[]",
        "'tools':[]",
        "'tools':[],'tool_choice':'auto','parallel_tool_calls':true",
        "'tool_choice':'none'",
        "'metadata':{}",
        "'instructions':' '",
        "'truncation':'disabled'",
        "'stream_options':{}",
        "'store':true,'background':false,'stream':false"
      })
  void read_takesWhatChangesNothing(String fields) {
    assertThat(with(fields)).isEqualTo(read("{" + HELLO + "}"));
  }

  @ParameterizedTest
  @CsvSource({"auto, AUTO", "none, NONE", "required, REQUIRED"})
  void toolChoice_isRead(String word, Mode mode) {
    ResponsesBody body = with(TOOL + ",'tool_choice':'" + word + "'");

    assertThat(body.tools()).isNotNull();
    assertThat(body.tools().choice()).isEqualTo(new Choice(mode, null));
  }

  @ParameterizedTest
  @CsvSource({"none, NONE", "minimal, MINIMAL", "low, LOW", "medium, MEDIUM", "high, HIGH"})
  void effort_isRead(String word, ReasoningEffort effort) {
    assertThat(with("'reasoning':{'effort':'" + word + "'}").parameters().reasoningEffort())
        .isEqualTo(effort);
  }

  @Test
  void format_isRead() {
    assertThat(with("'text':{'format':{'type':'text','schema':null}}").responseFormat())
        .isEqualTo(ResponseFormat.TEXT);
    assertThat(with("'text':{'format':{'type':'json_object'}}").responseFormat())
        .isEqualTo(ResponseFormat.JSON);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments(
            "'conversation':'conv_1'",
            "'conversation' isn't taken: none are kept here; send 'previous_response_id', or all"
                + " of it in 'input'"),
        arguments(
            "'prompt':{'id':'p'}",
            "'prompt' isn't taken: none are kept here; send 'instructions' and 'input'"),
        arguments(
            "'context_management':[]", "'context_management' isn't taken: it isn't supported"),
        arguments("'moderation':{}", "'moderation' isn't taken: it isn't supported"),
        arguments("'top_logprobs':2", "'top_logprobs' isn't supported: leave it out, or send 0"),
        arguments(
            "'presence_penalty':1",
            "'presence_penalty' isn't supported: leave it out, or send 0.0"),
        arguments(
            "'text':{'verbosity':'low'}",
            "'text.verbosity' isn't supported: leave it out, or send medium"),
        arguments(
            "'reasoning':{'mode':'pro'}",
            "'reasoning.mode' isn't supported: leave it out, or send standard"),
        arguments(
            "'reasoning':{'context':'all_turns'}",
            "'reasoning.context' isn't supported: leave it out, or send auto"),
        arguments(
            "'reasoning':{'effort':'xhigh'}",
            "'reasoning.effort' must be one of 'none', 'minimal', 'low', 'medium', 'high', not"
                + " 'xhigh'"),
        arguments(
            "'reasoning':{'summary':'long'}",
            "'reasoning.summary' must be 'auto', 'concise' or 'detailed', not 'long'"),
        arguments("'reasoning':'high'", "'reasoning' must be an object"),
        arguments("'max_output_tokens':0", "'max_output_tokens' must be 1 to 1000000"),
        arguments("'max_output_tokens':'9'", "'max_output_tokens' must be a whole number"),
        arguments("'temperature':2.1", "'temperature' must be 0.0 to 2.0"),
        arguments("'temperature':1e999", "'temperature' must be 0.0 to 2.0"),
        arguments("'top_p':-1", "'top_p' must be 0.0 to 1.0"),
        arguments("'stream':1", "'stream' must be true or false"),
        arguments("'store':'yes'", "'store' must be true or false"),
        arguments("'background':[]", "'background' must be true or false"),
        arguments("'stream_options':7", "'stream_options' must be an object"),
        arguments(
            "'stream_options':{'include_usage':true}",
            "unknown field 'include_usage' in stream_options; known are include_obfuscation"),
        arguments("'truncation':'some'", "'truncation' must be 'auto' or 'disabled', not 'some'"),
        arguments(
            "'include':['reasoning.encrypted_content','secrets']",
            "'include[1]' is nothing that can be included: 'secrets'"),
        arguments("'include':[7]", "'include[0]' must be a string"),
        arguments("'include':'x'", "'include' must be an array"),
        arguments(
            "'include':[" + "'reasoning.encrypted_content',".repeat(8) + "'x']",
            "'include' has more than 8 elements"),
        arguments("'user':7", "'user' must be a string"),
        arguments("'user':'" + "u".repeat(513) + "'", "'user' is longer than 512 characters"),
        arguments("'max_tool_calls':0", "'max_tool_calls' must be 1 to 2147483647"),
        arguments("'previous_response_id':7", "'previous_response_id' must be a string"),
        arguments(
            "'previous_response_id':''", "'previous_response_id' must have 1 to 256 characters"),
        arguments(
            "'previous_response_id':'" + "r".repeat(257) + "'",
            "'previous_response_id' must have 1 to 256 characters"),
        arguments("'instructions':['x']", "'instructions' must be a string"),
        arguments(
            "'metadata':{'a':'" + "m".repeat(513) + "'}",
            "'metadata.a' is longer than 512 characters"),
        arguments("'metadata':{'a':1}", "'metadata.a' must be a string"),
        arguments(
            "'text':{'format':{'type':'grammar'}}",
            "'text.format.type' must be 'text', 'json_object' or 'json_schema', not 'grammar'"),
        arguments(
            "'text':{'format':{'type':'json_schema','schema':{}}}",
            "'text.format.name' is missing"),
        arguments(
            "'text':{'format':{'type':'json_schema','name':'a'}}",
            "'text.format.schema' is missing"),
        arguments(
            "'text':{'format':{'type':'json_schema','json_schema':{}}}",
            "unknown field 'json_schema' in text.format; known are description, name, schema,"
                + " strict, type"),
        arguments(
            "'text':{'format':{'type':'json_object','schema':{}}}",
            "'text.format.schema' isn't taken: it goes with the type 'json_schema'"),
        arguments(
            "'tools':[{'type':'web_search'}]",
            "'tools[0].type' must be 'function' here, not 'web_search'"),
        arguments(
            "'tools':[{'type':'mcp','server_url':'https://a'}]",
            "'tools[0].type' must be 'function' here, not 'mcp'"),
        arguments("'tools':[{'name':'x'}]", "'tools[0].type' is missing"),
        arguments("'tools':[{'type':'function'}]", "'tools[0].name' is missing"),
        arguments(
            "'tools':[{'type':'function','function':{'name':'x'}}]",
            "unknown field 'function' in tools[0]; known are description, name, parameters,"
                + " strict, type"),
        arguments(
            "'tools':[{'type':'function','name':'x','strict':'yes'}]",
            "'tools[0].strict' must be true or false"),
        arguments(
            "'tools':[{'type':'function','name':'x'},{'type':'function','name':'x'}]",
            "'tools[1].name' is that of another tool"),
        arguments(
            "'tools':[{'type':'function','name':'x','parameters':{'a':'"
                + "p".repeat(32 * 1024)
                + "'}}]",
            "'tools[0].parameters' is larger than 32768 bytes"),
        arguments(
            TOOL + ",'tool_choice':'any'",
            "'tool_choice' must be 'auto', 'none', 'required' or a function, not 'any'"),
        arguments(
            TOOL + ",'tool_choice':{'type':'function','name':'hide'}",
            "'tool_choice.name' is none of 'tools': 'hide'"),
        arguments(
            TOOL + ",'tool_choice':{'type':'allowed_tools','mode':'auto','tools':[]}",
            "'tool_choice.type' must be 'function' here, not 'allowed_tools'"),
        arguments("'tool_choice':'required'", "'tool_choice' needs 'tools'"),
        arguments("'tool_choice':7", "'tool_choice' must be a string"),
        arguments(
            "'tools':[],'tool_choice':{'type':'function','name':'look'}",
            "'tool_choice' needs 'tools'"),
        arguments("'parallel_tool_calls':'no'", "'parallel_tool_calls' must be true or false"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void read_refusesNamingTheField(String fields, String detail) {
    assertRefused("{" + HELLO + "," + fields + "}", 400, detail);
  }

  @Test
  void read_refusesAFieldThatNobodyKnows() {
    assertThatThrownBy(() -> with("'messages':[]"))
        .hasMessageStartingWith(
            "unknown field 'messages'; known are background, context_management");
    assertThatThrownBy(() -> with("'model':'a','model':'b'"))
        .hasMessageStartingWith("a field is there twice");
    assertThatThrownBy(
            () -> with("'tools':[{'type':'function','name':'x','parameters':" + deep(65) + "}]"))
        .hasMessageStartingWith("too deep");
  }

  private static String deep(int levels) {
    return "{'a':".repeat(levels) + "1" + "}".repeat(levels);
  }

  @Test
  void instructions_areBounded() {
    assertThat(with("'instructions':'" + "i".repeat(128 * 1024) + "'").instructions())
        .hasSize(128 * 1024);
    assertRefused(
        "{" + HELLO + ",'instructions':'" + "i".repeat(128 * 1024 + 1) + "'}",
        413,
        "'instructions' is larger than 131072 bytes");
  }
}
