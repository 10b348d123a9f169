/**
 * Server-sent events out of a body that arrives in pieces, cut anywhere.
 *
 * Not EventSource: that can send no headers, gives up for good on some answers, and can't tell
 * silence from a dead connection.
 */
export class SseParser {
  /** The id of the last event that was whole, or null. */
  lastId = null;

  /** What the server asked to wait before coming back, in milliseconds, or null. */
  retryMillis = null;

  #rest = '';
  #afterCarriageReturn = false;
  #type = '';
  #data = [];
  #id = null;

  /** Takes the next piece and answers the events it completes: [{type, data, id}]. */
  push(piece) {
    const events = [];
    const lines = (this.#rest + this.#withoutSplitLineEnd(piece)).split(/\r\n|\n|\r/);
    this.#rest = lines.pop();
    for (const line of lines) {
      const event = this.#line(line);
      if (event !== null) {
        events.push(event);
      }
    }
    return events;
  }

  /** A CR that ended the last piece ended its line: the LF that may follow is no second end. */
  #withoutSplitLineEnd(piece) {
    if (piece === '') {
      return piece;
    }
    const split = this.#afterCarriageReturn && piece.startsWith('\n');
    this.#afterCarriageReturn = piece.endsWith('\r');
    return split ? piece.slice(1) : piece;
  }

  #line(line) {
    if (line === '') {
      return this.#dispatch();
    }
    const colon = line.indexOf(':');
    if (colon === 0) {
      return null; // a comment, sent to keep the connection alive
    }
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    this.#field(name, value);
    return null;
  }

  #field(name, value) {
    if (name === 'data') {
      this.#data.push(value);
    } else if (name === 'event') {
      this.#type = value;
    } else if (name === 'id' && !value.includes('\0')) {
      this.#id = value;
    } else if (name === 'retry' && /^\d{1,9}$/.test(value)) {
      this.retryMillis = Number(value);
    }
  }

  /** Only a whole block counts: the cursor never passes an event that was cut. */
  #dispatch() {
    const event = { type: this.#type || 'message', data: this.#data.join('\n'), id: this.#id };
    const hasData = this.#data.length > 0;
    this.lastId = this.#id ?? this.lastId;
    this.#type = '';
    this.#data = [];
    this.#id = null;
    return hasData ? event : null;
  }
}
