package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamrelay.protocol.event.TurnId;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Bodies are written with ' in place of ", to be legible. */
class PartsTest extends GatewayTest {
  private static final String RESULTS =
      """
      {'message':{'parts':[
        {'type':'tool_result','toolCallId':'c2','content':{'degrees':21,'a':[true,null,1.5]}},
        {'type':'tool_result','toolCallId':'c1','content':'Rain','isError':true},
        {'type':'text','text':'In short.'}]}}
      """;

  private final String session = newSession();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'text','text':'a'}",
        "{'type':'image','url':'https://a.example/b.png?c=d'}",
        "{'type':'image','url':'https://a.example:8443/b','mediaType':'image/webp'}",
        "{'type':'image','mediaType':'image/png','data':'iVBORw=='}",
        "{'type':'file','name':'ü.pdf','mediaType':'application/pdf','data':'AAAA'}",
        "{'type':'file','url':'https://a.example/b.pdf'}",
        "{'type':'file','mediaType':'application/vnd.ms-excel','data':'AAAA'}"
      })
  void submit_keepsPartsAsTheyWereGiven(String part) {
    JsonNode kept = messageOf("{'message':{'parts':[{'type':'text','text':'Look'}," + part + "]}}");

    assertThat(kept.get("role").stringValue()).isEqualTo("user");
    assertThat(kept.at("/parts/1")).isEqualTo(JSON.readTree(part.replace('\'', '"')));
  }

  @Test
  void submit_takesADataUrlApart() {
    JsonNode kept =
        messageOf(
            "{'message':{'parts':[{'type':'image','url':'data:image/PNG;base64,iVBORw=='}]}}");

    assertThat(kept.get("parts"))
        .isEqualTo(
            JSON.readTree(
                "[{\"type\":\"image\",\"mediaType\":\"image/png\",\"data\":\"iVBORw==\"}]"));
  }

  @Test
  void submit_ofToolResultsContinuesATurnThatEndedWithCalls() {
    callTools();

    var answer = submitBody(RESULTS);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    JsonNode messages = json(get("/api/chat/" + session + "/messages")).get("items");
    assertThat(messages.at("/0/role").stringValue()).isEqualTo("tool");
    assertThat(messages.at("/0/parts"))
        .isEqualTo(
            JSON.readTree(
                """
                [{"type":"tool_result","toolCallId":"c2","content":
                   [{"type":"text","text":"{\\"degrees\\":21,\\"a\\":[true,null,1.5]}"}],"isError":false},
                 {"type":"tool_result","toolCallId":"c1","content":
                   [{"type":"text","text":"Rain"}],"isError":true},
                 {"type":"text","text":"In short."}]
                """));
    assertThat(messages.at("/1/parts"))
        .isEqualTo(
            JSON.readTree(
                """
                [{"type":"tool_call","index":0,"id":"c1","name":"look","arguments":"{}"},
                 {"type":"tool_call","index":1,"id":"c2","name":"look","arguments":"{\\"a\\":1}"}]
                """));
    TurnId turn = TurnId.parse(json(answer).get("turnId").stringValue());
    backstage.worker().answer(turn, "It rains.");
    assertThat(get("/api/chat/" + session + "/turns/" + turn + "/stream").body())
        .contains("event: user\n", "{\"type\":\"tool_result\",\"toolCallId\":\"c2\",");
  }

  @Test
  void submit_ofOtherToolResultsIs409AndNamesThem() {
    callTools();

    var answer =
        submitBody(
            "{'message':{'parts':[{'type':'tool_result','toolCallId':'c3','content':''},"
                + "{'type':'tool_result','toolCallId':'c1','content':''}]}}");

    assertProblem(answer, 409, "tool_results_mismatch");
    assertThat(json(answer).get("unknownToolCallIds")).isEqualTo(JSON.readTree("[\"c3\"]"));
    assertThat(json(answer).get("missingToolCallIds")).isEqualTo(JSON.readTree("[\"c2\"]"));
  }

  @Test
  void submit_ofToolResultsToANewSessionIs409() {
    assertProblem(submitBody(RESULTS), 409, "tool_results_mismatch");
    assertProblem(get("/api/chat/" + session + "/messages"), 404, "not_found");
  }

  @Test
  void submit_ofAWholeConversationMayEndWithResults() {
    JsonNode kept =
        messageOf(
            """
            {'messages':[
              {'role':'system','content':'Be brief.'},
              {'role':'user','parts':[{'type':'text','text':'Weather?'},
                {'type':'image','url':'https://a.example/b.png'}]},
              {'role':'assistant','parts':[{'type':'reasoning','text':'Hm.'},
                {'type':'text','text':'Let me look.'},
                {'type':'tool_call','id':'c1','name':'look','arguments':{'place':'here'}},
                {'type':'tool_call','name':'look','arguments':'{}'}]},
              {'role':'tool','parts':[{'type':'tool_result','toolCallId':'c1','content':'Rain'}]},
              {'role':'tool','parts':[{'type':'tool_result','toolCallId':'call_1','content':
                [{'type':'text','text':'Sun'}]}]}]}
            """);

    assertThat(kept.get("role").stringValue()).isEqualTo("tool");
    assertThat(kept.at("/parts/0/toolCallId").stringValue()).isEqualTo("call_1");
  }

  @Test
  void submit_ofAnotherPartOrToolUnderTheKeyIs422() {
    List<String> bodies =
        List.of(
            "{'message':'a'}",
            "{'message':{'parts':[{'type':'text','text':'a'},"
                + "{'type':'image','url':'https://a/b'}]}}",
            "{'message':{'parts':[{'type':'text','text':'a'},"
                + "{'type':'image','url':'https://a/c'}]}}",
            "{'message':{'parts':[{'type':'text','text':'a'},"
                + "{'type':'image','mediaType':'image/png','data':'AAAA'}]}}",
            "{'message':{'parts':[{'type':'text','text':'a'},"
                + "{'type':'file','mediaType':'image/png','data':'AAAA'}]}}",
            "{'message':'a','tools':[{'name':'f'}]}",
            "{'message':'a','tools':[{'name':'g'}]}",
            "{'message':'a','tools':[{'name':'f','parameters':{'a':1,'b':2}}]}",
            "{'message':'a','tools':[{'name':'f','parameters':{'b':2,'a':1}}]}",
            "{'message':'a','tools':[{'name':'f'}],'toolChoice':'none'}",
            "{'message':'a','tools':[{'name':'f'}],'toolChoice':{'name':'f'}}",
            "{'message':'a','tools':[{'name':'f'}],'parallelToolCalls':false}",
            "{'message':'a','responseFormat':{'type':'json'}}",
            "{'message':'a','responseFormat':{'type':'json_schema','name':'n','schema':{}}}");
    for (String first : bodies) {
      String key = "k-" + newSession();
      assertThat(withKey(key, first).statusCode()).as(first).isEqualTo(202);
      for (String second : bodies) {
        int expected = first.equals(second) ? 202 : 422;
        assertThat(withKey(key, second).statusCode())
            .as("%s after %s", second, first)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void submit_ofTheSameToolsWrittenOtherwiseIsTheSameTurn() {
    String key = "k-" + newSession();
    withKey(
        key, "{'message':'a','tools':[{'name':'f','parameters':{'a':1}}],'responseFormat':null}");

    var again =
        withKey(
            key,
            "{'tools':[ {'parameters': {'a': 1}, 'name':'f'} ], 'message':'a','stream':false}");

    assertThat(again.statusCode()).as(again.body()).isEqualTo(202);
  }

  private void callTools() {
    TurnId turn = submit(session);
    var running = backstage.worker().begin(turn);
    running.call("c1", "look", "{}");
    running.call("c2", "look", "{\"a\":1}");
    running.end();
  }

  private JsonNode messageOf(String body) {
    var answer = submitBody(body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return json(get("/api/chat/" + session + "/messages")).at("/items/0");
  }

  private HttpResponse<String> submitBody(String body) {
    return post("/api/chat/" + session, body.replace('\'', '"'));
  }

  private HttpResponse<String> withKey(String key, String body) {
    return send(
        request("/api/chat/k" + key)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body.replace('\'', '"'))));
  }
}
