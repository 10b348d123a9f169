package io.streamrelay.faults;

/** How much is done: little with every build, all of it with {@code -Pfaults}. */
final class Size {
  private static final boolean FULL = Boolean.getBoolean("faults.full");

  private Size() {}

  static boolean isFull() {
    return FULL;
  }

  static int of(int quick, int full) {
    return FULL ? full : quick;
  }

  static double of(double quick, double full) {
    return FULL ? full : quick;
  }
}
