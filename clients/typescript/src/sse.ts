/** One event as it was on the wire. */
export interface Block {
  type: string;
  data: string;
  id: string | undefined;
}

/** Server-sent events out of a text that arrives in pieces, cut anywhere. */
export class SseParser {
  /** What the server asked to wait before coming back, in milliseconds. */
  retry: number | undefined;

  #rest = '';
  #afterReturn = false;
  #type = '';
  #data: string[] = [];
  #id: string | undefined;

  /** Takes the next piece; gives the events it completes. A block that was cut never comes out. */
  push(piece: string): Block[] {
    if (!piece) {
      return [];
    }
    // A CR that ended the last piece ended its line: the LF that may follow is no second end.
    const rest = this.#rest + (this.#afterReturn && piece[0] === '\n' ? piece.slice(1) : piece);
    this.#afterReturn = piece.endsWith('\r');
    const lines = rest.split(/\r\n|\n|\r/);
    this.#rest = lines.pop()!;
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): Block[] {
    if (!line) {
      return this.#dispatch();
    }
    const [, name, value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line)!;
    if (name === 'data') {
      this.#data.push(value);
    } else if (name === 'event') {
      this.#type = value;
    } else if (name === 'id' && !value.includes('\0')) {
      this.#id = value;
    } else if (name === 'retry' && /^\d{1,9}$/.test(value)) {
      this.retry = +value;
    }
    return [];
  }

  #dispatch(): Block[] {
    const block = { type: this.#type || 'message', data: this.#data.join('\n'), id: this.#id };
    const isEvent = this.#data.length > 0;
    this.#type = '';
    this.#data = [];
    this.#id = undefined;
    return isEvent ? [block] : [];
  }
}
