package io.streamrelay.worker.provider.responses;

/**
 * Which item of an answer: by its index, which all events of an item share, or where a server gives
 * none by its id, which some change from event to event.
 *
 * @param index -1: not said
 * @param id empty where there is an index, or neither
 */
record ResponsesPlace(int index, String id) {
  /** Of an event that says neither. */
  static final ResponsesPlace UNKNOWN = new ResponsesPlace(-1, "");

  static ResponsesPlace of(int index, String id) {
    return new ResponsesPlace(index, index >= 0 ? "" : id);
  }
}
