package io.streamrelay.worker.provider.responses;

import io.streamrelay.worker.provider.AnswerBenchmark;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.SseAnswer;
import io.streamrelay.worker.provider.openai.OpenAiErrors;

/** OpenAI's Responses. */
public class ResponsesBenchmark extends AnswerBenchmark {
  private static final String BEGIN =
      """
      event: response.created
      data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_67e554a21aa8",\
      "object":"response","status":"in_progress","model":"gpt-4o-2024-08-06","output":[]}}

      event: response.output_item.added
      data: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":\
      {"type":"message","id":"msg_67e554a28bec8191","status":"in_progress","content":[]}}

      """;
  private static final String DELTA =
      """
      event: response.output_text.delta
      data: {"type":"response.output_text.delta","sequence_number":%d,"item_id":\
      "msg_67e554a28bec8191b56d3e2331eff880","output_index":0,"content_index":0,"delta":" word",\
      "logprobs":[],"obfuscation":"x7HqKhEoTT6u"}

      """;
  private static final String END =
      """
      event: response.completed
      data: {"type":"response.completed","sequence_number":%d,"response":{"id":"resp_67e554a21aa8",\
      "object":"response","status":"completed","model":"gpt-4o-2024-08-06","output":[],\
      "usage":{"input_tokens":15,"output_tokens":200,"total_tokens":215}}}

      """;

  public ResponsesBenchmark() {
    super("text/event-stream", utf8(events()));
  }

  private static String events() {
    StringBuilder events = new StringBuilder(BEGIN);
    for (int i = 0; i < FRAMES; i++) {
      events.append(DELTA.formatted(i + 2));
    }
    return events.append(END.formatted(FRAMES + 2)).toString();
  }

  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    OpenAiErrors errors = new OpenAiErrors(null);
    return new SseAnswer(errors, new ResponsesDecoder(errors, sink, false));
  }
}
