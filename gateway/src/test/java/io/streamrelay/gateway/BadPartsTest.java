package io.streamrelay.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies are written with ' in place of ", to be legible. */
class BadPartsTest extends GatewayTest {
  private static final String NEEDS = " needs either 'url', or 'data' with its 'mediaType'";
  private static final String URL =
      "'message.parts[0].url' must be https://host/… without user and password, or"
          + " data:<media type>;base64,…";
  private static final String BASE64 =
      " is not base64: A-Z a-z 0-9 + / with = to a multiple of four, not empty";
  private static final String NAME_CHARS = " must have 1 to 256 characters";

  /** A submission of one part. */
  static Stream<Arguments> badParts() {
    return Stream.of(
        arguments("1", "'message.parts[0]' must be an object"),
        arguments("{}", "'message.parts[0].type' is missing"),
        arguments("{'type':7}", "'message.parts[0].type' must be a string"),
        arguments(
            "{'type':'video'}",
            "'message.parts[0].type' can't be 'video' here, only file, image, text, tool_result"),
        arguments(
            "{'type':'reasoning','text':'a'}",
            "'message.parts[0].type' can't be 'reasoning' here, only file, image, text,"
                + " tool_result"),
        arguments(
            "{'type':'tool_call','name':'a','arguments':'{}'}",
            "'message.parts[0].type' can't be 'tool_call' here, only file, image, text,"
                + " tool_result"),
        arguments("{'type':'text'}", "'message.parts[0].text' is missing"),
        arguments("{'type':'text','text':''}", "'message' is empty"),
        arguments(
            "{'type':'text','text':'\\u0000'}",
            "'message.parts[0].text' has U+0000 at character 0"),
        arguments(
            "{'type':'text','text':'a','url':'b'}",
            "unknown field 'url' in message.parts[0]; known are text, type"),
        arguments("{'type':'image'}", "'message.parts[0]'" + NEEDS),
        arguments(
            "{'type':'image','url':'https://a/b','data':'AAAA'}", "'message.parts[0]'" + NEEDS),
        arguments(
            "{'type':'image','url':'https://a/b','text':'c'}",
            "unknown field 'text' in message.parts[0]; known are data, mediaType, type, url"),
        arguments(
            "{'type':'image','url':'https://a/b','name':'c'}",
            "unknown field 'name' in message.parts[0]; known are data, mediaType, type, url"),
        arguments("{'type':'image','url':1}", "'message.parts[0].url' must be a string"),
        arguments("{'type':'image','url':''}", URL),
        arguments("{'type':'image','url':'http://a.example/b.png'}", URL),
        arguments("{'type':'image','url':'http://127.0.0.1/b.png'}", URL),
        arguments("{'type':'image','url':'//a.example/b.png'}", URL),
        arguments("{'type':'image','url':'/b.png'}", URL),
        arguments("{'type':'image','url':'file:///etc/passwd'}", URL),
        arguments("{'type':'image','url':'ftp://a.example/b'}", URL),
        arguments("{'type':'image','url':'https:///b'}", URL),
        arguments("{'type':'image','url':'https://me:secret@a.example/b'}", URL),
        arguments("{'type':'image','url':'https://me@a.example/b'}", URL),
        arguments("{'type':'image','url':'https://a.example/b c'}", URL),
        arguments("{'type':'image','url':'https://a.example/\\nb'}", URL),
        arguments("{'type':'image','url':'javascript:alert(1)'}", URL),
        arguments("{'type':'image','url':'data:image/png,AAAA'}", URL),
        arguments(
            "{'type':'image','url':'https://a/" + "b".repeat(2040) + "'}",
            "'message.parts[0].url' is longer than 2048 characters"),
        arguments(
            "{'type':'image','url':'data:image/png;base64,'}", "'message.parts[0].url'" + BASE64),
        arguments(
            "{'type':'image','url':'data:image/png;base64,A*=='}",
            "'message.parts[0].url'" + BASE64),
        arguments(
            "{'type':'image','url':'data:text/html;base64,AAAA'}",
            "'message.parts[0].url' must have a media type like image/png, no parameters"),
        arguments(
            "{'type':'image','mediaType':'image/gif','url':'data:image/png;base64,AAAA'}",
            "'message.parts[0].mediaType' is another than that in 'message.parts[0].url'"),
        arguments("{'type':'image','data':'AAAA'}", "'message.parts[0].mediaType' is missing"),
        arguments(
            "{'type':'image','data':'AAA','mediaType':'image/png'}",
            "'message.parts[0].data'" + BASE64),
        arguments(
            "{'type':'image','data':'','mediaType':'image/png'}",
            "'message.parts[0].data'" + BASE64),
        arguments(
            "{'type':'image','data':'A_-A','mediaType':'image/png'}",
            "'message.parts[0].data'" + BASE64),
        arguments(
            "{'type':'image','data':'AA\\nAA','mediaType':'image/png'}",
            "'message.parts[0].data'" + BASE64),
        arguments(
            "{'type':'image','data':'AAAA','mediaType':'text/plain'}",
            "'message.parts[0].mediaType' must have a media type like image/png, no parameters"),
        arguments(
            "{'type':'image','data':'AAAA','mediaType':'image/png; a=b'}",
            "'message.parts[0].mediaType' must have a media type like image/png, no parameters"),
        arguments(
            "{'type':'image','data':'AAAA','mediaType':'image/'}",
            "'message.parts[0].mediaType' must have a media type like image/png, no parameters"),
        arguments("{'type':'file'}", "'message.parts[0]'" + NEEDS),
        arguments(
            "{'type':'file','data':'AAAA','mediaType':'multipart/mixed'}",
            "'message.parts[0].mediaType' must have a media type like application/pdf, no parameters"),
        arguments(
            "{'type':'file','name':'','data':'AAAA','mediaType':'text/plain'}",
            "'message.parts[0].name' must have 1 to 255 characters, none of them a control"
                + " character"),
        arguments(
            "{'type':'file','name':'a\\nb','data':'AAAA','mediaType':'text/plain'}",
            "'message.parts[0].name' must have 1 to 255 characters, none of them a control"
                + " character"),
        arguments(
            "{'type':'tool_result','content':'a'}", "'message.parts[0].toolCallId' is missing"),
        arguments(
            "{'type':'tool_result','toolCallId':' ','content':'a'}",
            "'message.parts[0].toolCallId'" + NAME_CHARS),
        arguments(
            "{'type':'tool_result','toolCallId':'" + "c".repeat(257) + "','content':'a'}",
            "'message.parts[0].toolCallId'" + NAME_CHARS),
        arguments(
            "{'type':'tool_result','toolCallId':'c'}", "'message.parts[0].content' is missing"),
        arguments(
            "{'type':'tool_result','toolCallId':'c','content':7}",
            "'message.parts[0].content' must be a string, an array of parts, or an object"),
        arguments(
            "{'type':'tool_result','toolCallId':'c','content':'a','isError':'no'}",
            "'message.parts[0].isError' must be true or false"),
        arguments(
            "{'type':'tool_result','toolCallId':'c','content':[7]}",
            "'message.parts[0].content[0]' must be an object"),
        arguments(
            "{'type':'tool_result','toolCallId':'c','content':[{'type':'tool_result'}]}",
            "'message.parts[0].content[0].type' can't be 'tool_result' here, only file, image,"
                + " text"),
        arguments(
            "{'type':'tool_result','toolCallId':'c','content':{'a':['\\ud800']}}",
            "'message.parts[0].content' has an unpaired surrogate at character 0"),
        arguments(
            "{'type':'tool_result','toolCallId':'c','content':{'a\\u0000':1}}",
            "'message.parts[0].content' has U+0000 at character 1"),
        arguments(
            "{'type':'tool_result','toolCallId':'c','content':{'a':1e999}}",
            "'message.parts[0].content' has a number that is too large"),
        arguments(
            "{'type':'text','text':'a'},{'type':'tool_result','toolCallId':'c','content':'b'}",
            "'message.parts[1]': tool results come before all other parts"));
  }

  @ParameterizedTest
  @MethodSource("badParts")
  void submit_ofABadPartNamesIt(String part, String detail) {
    assertRefused("{'message':{'parts':[" + part + "]}}", detail);
  }

  static Stream<Arguments> badMessages() {
    String call =
        "{'role':'assistant','parts':[{'type':'tool_call','id':'c','name':'f','arguments':'{}'}]}";
    String result =
        "{'role':'tool','parts':[{'type':'tool_result','toolCallId':'c','content':'a'}]}";
    return Stream.of(
        arguments(
            "{'role':'tool','content':'a'}",
            "'messages[0].content' of the role 'tool' must be parts: tool_result"),
        arguments(
            "{'role':'tool','parts':[]}",
            "'messages[0].parts' of the role 'tool' must begin with a tool_result"),
        arguments(
            "{'role':'tool','parts':[{'type':'text','text':'a'}]}",
            "'messages[0].parts' of the role 'tool' must begin with a tool_result"),
        arguments(
            "{'role':'user','parts':[{'type':'tool_result'}]}",
            "'messages[0].parts[0].type' can't be 'tool_result' here, only file, image, text"),
        arguments(
            "{'role':'system','parts':[{'type':'image'}]}",
            "'messages[0].parts[0].type' can't be 'image' here, only text"),
        arguments(
            "{'role':'assistant','parts':[{'type':'file'}]}",
            "'messages[0].parts[0].type' can't be 'file' here, only reasoning, text, tool_call"),
        arguments(
            "{'role':'assistant','parts':[{'type':'tool_call','id':'c','arguments':'{}'}]}",
            "'messages[0].parts[0].name' is missing"),
        arguments(
            "{'role':'assistant','parts':[{'type':'tool_call','id':'c','name':'f'}]}",
            "'messages[0].parts[0].arguments' is missing"),
        arguments(
            "{'role':'assistant','parts':[{'type':'tool_call','id':'c','name':'f','arguments':[]}]}",
            "'messages[0].parts[0].arguments' must be a string"),
        arguments(
            "{'role':'assistant','parts':[{'type':'tool_call','index':-1,'name':'f','arguments':''}]}",
            "'messages[0].parts[0].index' must be 0 to 9999"),
        arguments(
            "{'role':'assistant','parts':[{'type':'tool_call','id':'c','name':'f','arguments':''},"
                + "{'type':'tool_call','id':'c','name':'g','arguments':''}]}",
            "'messages[0].parts[1].id' is that of another call"),
        arguments(
            result,
            "'messages[0].parts[0].toolCallId' names no call of the answer before it, or one that"
                + " has its result"),
        arguments(
            call + "," + result + "," + result,
            "'messages[2].parts[0].toolCallId' names no call of the answer before it, or one that"
                + " has its result"),
        arguments(
            call + ",{'role':'user','content':'a'}," + result,
            "'messages[2].parts[0].toolCallId' names no call of the answer before it, or one that"
                + " has its result"),
        arguments(
            "{'role':'assistant','parts':[{'type':'tool_call','id':'c','name':'f','arguments':''},"
                + "{'type':'tool_call','id':'d','name':'g','arguments':''}]},"
                + result,
            "'messages' ends without the results of some tool calls"),
        arguments(call, "the last of 'messages' must have the role 'user' or 'tool'"));
  }

  @ParameterizedTest
  @MethodSource("badMessages")
  void submit_ofABadConversationNamesTheMessage(String messages, String detail) {
    assertRefused("{'messages':[" + messages + "]}", detail);
  }

  static Stream<Arguments> badTools() {
    return Stream.of(
        arguments("'tools':{}", "'tools' must be an array"),
        arguments("'tools':[1]", "'tools[0]' must be an object"),
        arguments("'tools':[{}]", "'tools[0].name' is missing"),
        arguments("'tools':[{'name':'a b'}]", "'tools[0].name' must be 1 to 64 of A-Z a-z 0-9 _ -"),
        arguments(
            "'tools':[{'name':'" + "a".repeat(65) + "'}]",
            "'tools[0].name' must be 1 to 64 of A-Z a-z 0-9 _ -"),
        arguments("'tools':[{'name':'a'},{'name':'a'}]", "'tools[1].name' is that of another tool"),
        arguments(
            "'tools':[{'type':'function'}]",
            "unknown field 'type' in tools[0]; known are description, name, parameters"),
        arguments(
            "'tools':[{'name':'a','parameters':'{}'}]", "'tools[0].parameters' must be an object"),
        arguments(
            "'tools':[{'name':'a','description':'" + "d".repeat(4097) + "'}]",
            "'tools[0].description' is longer than 4096 characters"),
        arguments(
            "'tools':[{'name':'a','parameters':{'a':'" + "d".repeat(32768) + "'}}]",
            "'tools[0].parameters' is larger than 32768 bytes"),
        arguments(
            "'tools':[{'name':'a','parameters':{'a':'\\u0000'}}]",
            "'tools[0].parameters' has U+0000 at character 0"),
        arguments(
            "'tools':[" + "{'name':'a'},".repeat(128) + "{'name':'a'}]",
            "'tools' has more than 128 elements"),
        arguments("'toolChoice':'auto'", "'toolChoice' needs 'tools'"),
        arguments("'tools':[],'parallelToolCalls':true", "'parallelToolCalls' needs 'tools'"),
        arguments(
            "'tools':[{'name':'a'}],'toolChoice':'any'",
            "'toolChoice' must be 'auto', 'none', 'required' or {\"name\": …}"),
        arguments(
            "'tools':[{'name':'a'}],'toolChoice':7",
            "'toolChoice' must be 'auto', 'none', 'required' or {\"name\": …}"),
        arguments(
            "'tools':[{'name':'a'}],'toolChoice':{'name':'b'}",
            "'toolChoice.name' is none of 'tools': 'b'"),
        arguments("'tools':[{'name':'a'}],'toolChoice':{}", "'toolChoice.name' is missing"),
        arguments(
            "'tools':[{'name':'a'}],'parallelToolCalls':1",
            "'parallelToolCalls' must be true or false"),
        arguments("'responseFormat':'json'", "'responseFormat' must be an object"),
        arguments(
            "'responseFormat':{'type':'xml'}",
            "'responseFormat.type' must be 'text', 'json' or 'json_schema'"),
        arguments(
            "'responseFormat':{'type':'json','schema':{}}",
            "unknown field 'schema' in responseFormat; known are type"),
        arguments(
            "'responseFormat':{'type':'json_schema','schema':{}}",
            "'responseFormat.name' is missing"),
        arguments(
            "'responseFormat':{'type':'json_schema','name':'a'}",
            "'responseFormat.schema' is missing"));
  }

  @ParameterizedTest
  @MethodSource("badTools")
  void submit_ofBadToolsNamesThem(String fields, String detail) {
    assertRefused("{'message':'a'," + fields + "}", detail);
  }

  @Test
  void submit_ofTooMuchDataIs413() {
    String half = "{'type':'image','mediaType':'image/png','data':'" + "A".repeat(65536) + "'}";
    String more = ",{'type':'text','text':'a'}";

    assertThat(submitParts(half + "," + half).statusCode()).isEqualTo(202);
    var answer = submitParts(half + "," + half + more);

    assertProblem(answer, 413, "invalid_request");
    assertThat(json(answer).get("detail").stringValue())
        .isEqualTo("'message' is larger than 131072 bytes");
  }

  @Test
  void submit_ofTooManyPartsIs400() {
    String part = "{'type':'text','text':'a'}";

    assertThat(submitParts(part + ("," + part).repeat(99)).statusCode()).isEqualTo(202);
    assertProblem(submitParts(part + ("," + part).repeat(100)), 400, "invalid_request");
  }

  private java.net.http.HttpResponse<String> submitParts(String parts) {
    String body = "{'message':{'parts':[" + parts + "]}}";
    return post("/api/chat/" + newSession(), body.replace('\'', '"'));
  }

  private void assertRefused(String body, String detail) {
    var answer = post("/api/chat/" + newSession(), body.replace('\'', '"'));

    assertProblem(answer, 400, "invalid_request");
    assertThat(json(answer).get("detail").stringValue()).isEqualTo(detail);
  }
}
