package io.streamrelay.gateway.dialect.responses;

import static io.streamrelay.gateway.dialect.responses.ResponsesBodyTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.streamrelay.protocol.event.Part;
import io.streamrelay.protocol.turn.Role;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies are written with ' in place of ", to be legible. */
class InputItemsTest {
  private static List<InputItem> read(String items) {
    return ResponsesBodyTest.read("{'previous_response_id':'resp_1','input':[" + items + "]}")
        .input();
  }

  private static InputItem message(Role role, Part... parts) {
    return new InputItem.Message(role, List.of(parts));
  }

  static Stream<Arguments> taken() {
    Part text = new Part.Text("a");
    Part.Image image = new Part.Image("https://a/b.png", null, null);
    Part.File file = new Part.File("a.pdf", null, "application/pdf", "AAAA");
    return Stream.of(
        arguments("{'role':'user','content':'a'}", message(Role.USER, text)),
        arguments("{'type':'message','role':'user','content':'a'}", message(Role.USER, text)),
        arguments("{'type':null,'role':'system','content':'a'}", message(Role.SYSTEM, text)),
        arguments(
            "{'role':'developer','content':[{'type':'input_text','text':'a',"
                + "'prompt_cache_breakpoint':{'mode':'explicit'}}]}",
            message(Role.SYSTEM, text)),
        arguments(
            "{'role':'user','content':[{'type':'input_text','text':'a'},{'type':'input_image',"
                + "'image_url':'https://a/b.png','detail':'auto','file_id':null},"
                + "{'type':'input_file','filename':'a.pdf',"
                + "'file_data':'data:application/pdf;base64,AAAA'}]}",
            message(Role.USER, text, image, file)),
        arguments(
            "{'role':'user','content':[{'type':'input_image','detail':'low',"
                + "'image_url':'data:image/png;base64,AAAA'},"
                + "{'type':'input_file','file_url':'https://a/b.pdf'}]}",
            message(
                Role.USER,
                new Part.Image(null, "image/png", "AAAA"),
                new Part.File(null, "https://a/b.pdf", null, null))),
        arguments("{'role':'assistant','content':'a'}", message(Role.ASSISTANT, text)),
        arguments(
            "{'type':'message','id':'msg_1','status':'completed','role':'assistant',"
                + "'phase':'final_answer','content':[{'type':'output_text','text':'a',"
                + "'annotations':[{'type':'url_citation'}],'logprobs':[],'parsed':{'b':1}}]}",
            message(Role.ASSISTANT, text)),
        arguments(
            "{'role':'assistant','content':[{'type':'refusal','refusal':'a'},"
                + "{'type':'output_text','text':' '}]}",
            message(Role.ASSISTANT, text)),
        arguments("{'role':'assistant','content':''}", message(Role.ASSISTANT)),
        arguments("{'role':'assistant','content':[]}", message(Role.ASSISTANT)),
        arguments(
            "{'type':'function_call','id':'fc_1','call_id':'c','name':'f','arguments':'{}',"
                + "'status':'completed','parsed_arguments':{},'caller':null}",
            new InputItem.Call(new Part.ToolCall(0, "c", "f", "{}"))),
        arguments(
            "{'type':'function_call','call_id':'c','name':'f','arguments':''}",
            new InputItem.Call(new Part.ToolCall(0, "c", "f", "{}"))),
        arguments(
            "{'type':'function_call_output','call_id':'c','output':'a','id':null,"
                + "'status':'completed','name':'f'}",
            new InputItem.Result(new Part.ToolResult("c", List.of(text), false))),
        arguments(
            "{'type':'function_call_output','call_id':'c','output':''}",
            new InputItem.Result(new Part.ToolResult("c", List.of(new Part.Text("")), false))),
        arguments(
            "{'type':'function_call_output','call_id':'c','output':[{'type':'input_text',"
                + "'text':'a'},{'type':'input_image','image_url':'https://a/b.png'}]}",
            new InputItem.Result(new Part.ToolResult("c", List.of(text, image), false))),
        arguments(
            "{'type':'reasoning','id':'rs_1','summary':[{'type':'summary_text','text':'a'},"
                + "{'type':'summary_text','text':'b'}],'encrypted_content':'x','status':null}",
            new InputItem.Thought(new Part.Reasoning("a\n\nb"))),
        arguments(
            "{'type':'reasoning','id':'rs_1','summary':[{'type':'summary_text','text':'b'}],"
                + "'content':[{'type':'reasoning_text','text':'a'}]}",
            new InputItem.Thought(new Part.Reasoning("a"))),
        arguments(
            "{'type':'reasoning','summary':[],'content':null,'encrypted_content':'x'}",
            new InputItem.Thought(new Part.Reasoning(""))),
        arguments("{'type':'item_reference','id':'msg_1'}", new InputItem.Reference("msg_1")),
        arguments("{'id':'msg_1'}", new InputItem.Reference("msg_1")));
  }

  @ParameterizedTest
  @MethodSource("taken")
  void read_takes(String item, InputItem read) {
    assertThat(read(item)).containsExactly(read);
  }

  static Stream<Arguments> refused() {
    String types = "only function_call, function_call_output, item_reference, message, reasoning";
    String ofUser = "only input_file, input_image, input_text";
    return Stream.of(
        arguments("7", "'input[1]' must be an object"),
        arguments("{}", "'input[1].type' is missing"),
        arguments("{'type':7}", "'input[1].type' must be a string"),
        arguments(
            "{'type':'computer_call','id':'x'}",
            "'input[1].type' can't be 'computer_call' here, " + types),
        arguments(
            "{'type':'web_search_call'}",
            "'input[1].type' can't be 'web_search_call' here, " + types),
        arguments("{'type':'mcp_call'}", "'input[1].type' can't be 'mcp_call' here, " + types),
        arguments(
            "{'type':'custom_tool_call_output'}",
            "'input[1].type' can't be 'custom_tool_call_output' here, " + types),
        arguments(
            "{'role':'tool','content':'a'}",
            "'input[1].role' must be 'system', 'developer', 'user' or 'assistant', not 'tool'"),
        arguments("{'type':'message','content':'a'}", "'input[1].role' is missing"),
        arguments("{'role':'user'}", "'input[1].content' is missing"),
        arguments("{'role':'user','content':null}", "'input[1].content' is missing"),
        arguments("{'role':'user','content':' '}", "'input[1].content' is empty"),
        arguments("{'role':'user','content':[]}", "'input[1].content' is empty"),
        arguments("{'role':'system','content':''}", "'input[1].content' is empty"),
        arguments("{'role':'assistant'}", "'input[1].content' is missing"),
        arguments(
            "{'role':'user','content':7}",
            "'input[1].content' must be a string or an array of parts"),
        arguments(
            "{'role':'user','content':'\\u0000'}", "'input[1].content' has U+0000 at character 0"),
        arguments(
            "{'role':'user','content':'a','tool_calls':[]}",
            "unknown field 'tool_calls' in input[1]; known are content, id, phase, role, status,"
                + " type"),
        arguments(
            "{'role':'user','content':[{'type':'text','text':'a'}]}",
            "'input[1].content[0].type' can't be 'text' here, " + ofUser),
        arguments(
            "{'role':'user','content':[{'type':'input_audio'}]}",
            "'input[1].content[0].type' can't be 'input_audio' here, " + ofUser),
        arguments(
            "{'role':'user','content':[{'type':'output_text','text':'a'}]}",
            "'input[1].content[0].type' can't be 'output_text' here, " + ofUser),
        arguments(
            "{'role':'assistant','content':[{'type':'input_text','text':'a'}]}",
            "'input[1].content[0].type' can't be 'input_text' here, only output_text, refusal"),
        arguments(
            "{'role':'system','content':[{'type':'input_image','image_url':'https://a/b'}]}",
            "'input[1].content[0].type' can't be 'input_image' here, only input_text"),
        arguments(
            "{'role':'user','content':[{'type':'input_text'}]}",
            "'input[1].content[0].text' is missing"),
        arguments(
            "{'role':'user','content':["
                + "{'type':'input_text','text':'a'},".repeat(100)
                + "{'type':'input_text','text':'a'}]}",
            "'input[1].content' has more than 100 elements"),
        arguments(
            "{'role':'user','content':[{'type':'input_image','file_id':'file_1'}]}",
            "'input[1].content[0].file_id' isn't taken: no files are kept here; send 'image_url'"),
        arguments(
            "{'role':'user','content':[{'type':'input_image','detail':'auto'}]}",
            "'input[1].content[0].image_url' is missing"),
        arguments(
            "{'role':'user','content':[{'type':'input_image','image_url':'http://a/b'}]}",
            "'input[1].content[0].image_url' must be https://host/… without user and password, or"
                + " data:<media type>;base64,…"),
        arguments(
            "{'role':'user','content':[{'type':'input_image','image_url':{'url':'https://a/b'}}]}",
            "'input[1].content[0].image_url' must be a string"),
        arguments(
            "{'role':'user','content':[{'type':'input_file','file_id':'file_1'}]}",
            "'input[1].content[0].file_id' isn't taken: no files are kept here; send 'file_data'"
                + " or 'file_url'"),
        arguments(
            "{'role':'user','content':[{'type':'input_file','filename':'a.pdf'}]}",
            "'input[1].content[0]' needs either 'file_data' or 'file_url'"),
        arguments(
            "{'role':'user','content':[{'type':'input_file','file_url':'https://a/b',"
                + "'file_data':'data:text/plain;base64,AAAA'}]}",
            "'input[1].content[0]' needs either 'file_data' or 'file_url'"),
        arguments(
            "{'role':'user','content':[{'type':'input_file','file_url':'https://me:x@a/b'}]}",
            "'input[1].content[0].file_url' must be https://host/… without user and password, or"
                + " data:<media type>;base64,…"),
        arguments(
            "{'type':'function_call','name':'f','arguments':'{}'}",
            "'input[1].call_id' is missing"),
        arguments(
            "{'type':'function_call','call_id':'c','arguments':'{}'}",
            "'input[1].name' is missing"),
        arguments(
            "{'type':'function_call','call_id':'c','name':'f'}", "'input[1].arguments' is missing"),
        arguments(
            "{'type':'function_call','call_id':'c','name':'f','arguments':{}}",
            "'input[1].arguments' must be a string"),
        arguments(
            "{'type':'function_call','call_id':'" + "c".repeat(257) + "'}",
            "'input[1].call_id' must have 1 to 256 characters"),
        arguments(
            "{'type':'function_call','call_id':'c','name':'f','arguments':'','namespace':'n'}",
            "'input[1].namespace' isn't taken: tools have none here"),
        arguments(
            "{'type':'function_call_output','call_id':'c','output':'','caller':{'type':'x'}}",
            "'input[1].caller' isn't taken: only models call tools here"),
        arguments("{'type':'function_call_output','output':'a'}", "'input[1].call_id' is missing"),
        arguments("{'type':'function_call_output','call_id':'c'}", "'input[1].output' is missing"),
        arguments(
            "{'type':'function_call_output','call_id':'c','output':{'a':1}}",
            "'input[1].output' must be a string or an array of parts"),
        arguments(
            "{'type':'reasoning','summary':[{'type':'reasoning_text','text':'a'}]}",
            "'input[1].summary[0].type' can't be 'reasoning_text' here, only summary_text"),
        arguments("{'type':'reasoning','summary':'a'}", "'input[1].summary' must be an array"),
        arguments("{'type':'item_reference'}", "'input[1].id' is missing"),
        arguments(
            "{'id':'msg_1','output':'a'}",
            "unknown field 'output' in input[1]; known are id, type"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void read_refusesNamingTheField(String item, String detail) {
    assertRefused("{'input':[{'role':'user','content':'a'}," + item + "]}", 400, detail);
  }

  @Test
  void read_refusesWhatIsNoInput() {
    assertRefused("{}", 400, "'input' is missing");
    assertRefused("{'input':null}", 400, "'input' is missing");
    assertRefused("{'input':''}", 400, "'input' is empty");
    assertRefused("{'input':[]}", 400, "'input' is empty");
    assertRefused("{'input':7}", 400, "'input' must be a string or an array of items");
    assertRefused(
        "{'input':{'role':'user'}}", 400, "'input' must be a string or an array of items");
    assertRefused(
        "{'input':[" + "{'role':'user','content':'a'},".repeat(1000) + "{}]}",
        400,
        "'input' has more than 1000 elements");
  }

  @Test
  void read_refusesResultsOfNothing() {
    String result = "{'type':'function_call_output','call_id':'c','output':'a'}";

    assertThat(read(result)).hasSize(1);
    assertRefused(
        "{'input':[" + result + "]}",
        400,
        "'input[0].call_id' names no call: send the call before it, or 'previous_response_id'");
  }
}
