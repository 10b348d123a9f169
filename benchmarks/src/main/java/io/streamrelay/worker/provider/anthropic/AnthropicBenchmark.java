package io.streamrelay.worker.provider.anthropic;

import io.streamrelay.worker.provider.AnswerBenchmark;
import io.streamrelay.worker.provider.DeltaSink;
import io.streamrelay.worker.provider.FrameAnswer;
import io.streamrelay.worker.provider.SseAnswer;

/** Anthropic's Messages. */
public class AnthropicBenchmark extends AnswerBenchmark {
  public AnthropicBenchmark() {
    super(
        """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_01MXWxhWoPSgrYhjTuMDM6F1","type":"message",\
        "role":"assistant","model":"claude-3-haiku-20240307","content":[],"stop_reason":null,\
        "stop_sequence":null,"usage":{"input_tokens":17,"output_tokens":3}}         }

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        """,
        """
        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" word"}    }

        """,
        """
        event: content_block_stop
        data: {"type":"content_block_stop","index":0    }

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},\
        "usage":{"output_tokens":200}    }

        event: message_stop
        data: {"type":"message_stop"         }

        """);
  }

  @Override
  protected FrameAnswer answer(DeltaSink sink) {
    AnthropicErrors errors = new AnthropicErrors(null);
    return new SseAnswer(errors, new AnthropicDecoder(errors, sink));
  }
}
