package io.streamrelay.gateway.doctor;

/** How well something is, the better first. */
enum Level {
  OK("ok"),
  /** Nobody could look, or nothing is wrong with it but it should be known. */
  NOTE("note"),
  WARN("warn"),
  FAIL("FAIL");

  private final String mark;

  Level(String mark) {
    this.mark = mark;
  }

  /** As it is printed. */
  String mark() {
    return mark;
  }
}
