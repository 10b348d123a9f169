package io.streamrelay.worker.provider.demo;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;

/**
 * Words without end, a small story from a seed: the same seed, the same words. A word carries what
 * stands before it, a space or a new paragraph, and its punctuation.
 *
 * <p>Not thread-safe: owned by one answer.
 */
final class Story {
  private static final List<String> HERO =
      List.of(
          "a heron",
          "a lamplighter",
          "an old ferry",
          "a clockmaker",
          "a young otter",
          "the night train",
          "a lighthouse keeper",
          "a paper boat",
          "a baker",
          "a tall ship");
  private static final List<String> PLACE =
      List.of(
          "by a slow river",
          "at the edge of the sea",
          "in a town of bridges",
          "under the northern hills",
          "beside the last station",
          "behind the mill",
          "where two roads meet",
          "on an island of reeds");
  private static final List<String> OPENING =
      List.of(
          "Once upon a time there was %s %s.",
          "Long ago there lived %s %s.",
          "Every evening, %2$s, you could meet %1$s.",
          "There is a tale they tell %2$s, of %1$s.");
  private static final List<String> MIDDLE =
      List.of(
          "Nobody knew how far the water went.",
          "One morning the wind brought a letter.",
          "It said only: come before the first snow.",
          "So the journey began, with bread, a lamp" + " and a borrowed map.",
          "The road was longer than it looked, and kinder.",
          "On the third day it rained, and everyone sang.",
          "A stranger asked for the way and" + " stayed for supper.",
          "At the ford the current took the map, but not the song.",
          "Far away a bell rang, twice, and then once more.",
          "They waited there until the stars" + " came out.",
          "What is lost on a river, said the miller, arrives further down.",
          "The lamp went out, and was lit again from where it had stopped.",
          "Somebody had counted every step, and none was missing.",
          "In the morning the fog lifted like a curtain.",
          "The smallest boat was the first to" + " cross.",
          "Old friends wrote down what they heard, word for word.",
          "There was a door in the wall that only opened to patience.",
          "When the bridge broke, they built another, a little upstream.");
  private static final List<String> CLOSING =
      List.of(
          "And the water, as it always does, carried on.",
          "And that was only the beginning.",
          "By nightfall they were home, and nothing had been forgotten.",
          "And if the lamp still burns, they are telling it yet.");

  private final Random random;
  private final Queue<String> words = new ArrayDeque<>();
  private int sentences;
  private int last = -1;

  Story(long seed) {
    random = new Random(seed * 0x9E37_79B9_7F4A_7C15L + 1);
  }

  String next() {
    if (words.isEmpty()) {
      sentence();
    }
    return words.remove();
  }

  private void sentence() {
    String text =
        sentences % 12 == 0
            ? pick(OPENING).formatted(pick(HERO), pick(PLACE))
            : sentences % 12 == 11 ? pick(CLOSING) : another();
    String before = sentences == 0 ? "" : sentences % 4 == 0 ? "\n\n" : " ";
    for (String word : text.split(" ")) {
      words.add(before + word);
      before = " ";
    }
    sentences++;
  }

  /** Not the one just told. */
  private String another() {
    int next = random.nextInt(MIDDLE.size());
    last = next == last ? (next + 1) % MIDDLE.size() : next;
    return MIDDLE.get(last);
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
