package io.streamrelay.worker.provider;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * A way to break a recorded answer, as networks, proxies and bad servers could. What comes of it
 * depends on the random numbers alone.
 */
enum Mutation {
  BITS {
    @Override
    byte[] of(Answers answers, Random random) {
      return flipped(answers.one(), random);
    }
  },
  BITS_OF_A_FRAME {
    @Override
    byte[] of(Answers answers, Random random) {
      return withOneFrame(answers, random, payload -> flipped(payload, random));
    }
  },
  GARBAGE {
    @Override
    byte[] of(Answers answers, Random random) {
      return withGarbage(answers.one(), random);
    }
  },
  GARBAGE_IN_A_FRAME {
    @Override
    byte[] of(Answers answers, Random random) {
      return withOneFrame(answers, random, payload -> withGarbage(payload, random));
    }
  },
  CUT {
    @Override
    byte[] of(Answers answers, Random random) {
      int end = random.nextInt(answers.one().length + 1);
      return Arrays.copyOf(answers.one(), end);
    }
  },
  CUT_OUT {
    @Override
    byte[] of(Answers answers, Random random) {
      byte[] bytes = answers.one();
      int from = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, from + 1 + random.nextInt(300));
      return joined(
          List.of(Arrays.copyOf(bytes, from), Arrays.copyOfRange(bytes, to, bytes.length)));
    }
  },
  DUPLICATED {
    @Override
    byte[] of(Answers answers, Random random) {
      List<byte[]> frames = new ArrayList<>(answers.frames());
      byte[] frame = frames.get(random.nextInt(frames.size()));
      for (int times = 1 + random.nextInt(3); times > 0; times--) {
        frames.add(random.nextInt(frames.size() + 1), frame);
      }
      return joined(frames);
    }
  },
  SWAPPED {
    @Override
    byte[] of(Answers answers, Random random) {
      List<byte[]> frames = new ArrayList<>(answers.frames());
      for (int times = 1 + random.nextInt(3); times > 0; times--) {
        Collections.swap(frames, random.nextInt(frames.size()), random.nextInt(frames.size()));
      }
      return joined(frames);
    }
  },
  DROPPED {
    @Override
    byte[] of(Answers answers, Random random) {
      List<byte[]> frames = new ArrayList<>(answers.frames());
      for (int times = 1 + random.nextInt(3); times > 0 && !frames.isEmpty(); times--) {
        frames.remove(random.nextInt(frames.size()));
      }
      return joined(frames);
    }
  },
  SPLICED {
    @Override
    byte[] of(Answers answers, Random random) {
      byte[] other = answers.other();
      int end = random.nextInt(answers.one().length + 1);
      int from = random.nextInt(other.length + 1);
      return joined(
          List.of(
              Arrays.copyOf(answers.one(), end), Arrays.copyOfRange(other, from, other.length)));
    }
  };

  private static final List<String> PIECES =
      List.of(
          "\u0000",
          "\uFEFF",
          "\r",
          "\n\n",
          "\r\n\r\n",
          "\"",
          "\\",
          "\\ud83d",
          "\\u0000",
          "{",
          "}",
          "[".repeat(100),
          "null",
          "1e999999999",
          "9".repeat(200),
          "-1",
          "data: ",
          "data: null\n\n",
          "event: error\n",
          ": still here\n\n",
          "😀",
          "<html>");

  /** Puts another payload into a frame that is otherwise whole. */
  interface Framing {
    byte[] withPayload(byte[] frame, UnaryOperator<byte[]> change);
  }

  /**
   * What is broken.
   *
   * @param frames of the one, which are all of it
   * @param other of the same wire protocol
   */
  record Answers(byte[] one, List<byte[]> frames, byte[] other, Framing framing) {}

  abstract byte[] of(Answers answers, Random random);

  private static byte[] withOneFrame(
      Answers answers, Random random, UnaryOperator<byte[]> mutation) {
    List<byte[]> frames = new ArrayList<>(answers.frames());
    int at = random.nextInt(frames.size());
    frames.set(at, answers.framing().withPayload(frames.get(at), mutation));
    return joined(frames);
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    byte[] flipped = bytes.clone();
    for (int times = random.nextInt(4); times >= 0 && bytes.length > 0; times--) {
      flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private static byte[] withGarbage(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length + 1);
    byte[] garbage = new byte[random.nextInt(20)];
    random.nextBytes(garbage);
    if (random.nextInt(4) > 0) {
      garbage = PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
    }
    return joined(
        List.of(Arrays.copyOf(bytes, at), garbage, Arrays.copyOfRange(bytes, at, bytes.length)));
  }

  private static byte[] joined(List<byte[]> pieces) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    pieces.forEach(all::writeBytes);
    return all.toByteArray();
  }
}
