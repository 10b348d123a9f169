import type { RelayEvent, Terminal, ToolCall } from './events.js';

/** What a turn has said so far: give it the turn's events from the first on, one after the other. */
export class Answer {
  text = '';
  reasoning = '';
  /** By index; pieces joined. */
  toolCalls: ToolCall[] = [];
  /** How the turn ended; undefined while it goes on. */
  terminal: Terminal | undefined;

  add(event: RelayEvent): void {
    switch (event.type) {
      case 'user':
      case 'start':
        this.text = this.reasoning = '';
        this.toolCalls = [];
        this.terminal = undefined;
        break;
      case 'snapshot':
        this.text = event.data.text;
        this.reasoning = event.data.reasoning;
        this.toolCalls = event.data.toolCalls.map((call) => ({ ...call }));
        break;
      case 'text':
      case 'reasoning':
        this[event.type] += event.data.text;
        break;
      case 'tool_call':
        this.#call(event.data);
        break;
      default:
        this.terminal = event;
    }
  }

  #call(piece: ToolCall): void {
    const call = this.toolCalls.find(({ index }) => index === piece.index);
    if (call) {
      const before = call.arguments;
      Object.assign(call, piece).arguments = before + piece.arguments;
    } else {
      this.toolCalls.push({ ...piece });
    }
  }

  /**
   * Whether the text is the one that is saved. Where there is no `crypto.subtle` (browsers have it
   * on secure origins only) the length has to do.
   */
  async isProven(): Promise<boolean> {
    const { length, sha256 } = this.terminal?.data ?? {};
    if (this.text.length !== length) {
      return false;
    }
    const digest = await globalThis.crypto?.subtle?.digest(
      'SHA-256',
      new TextEncoder().encode(this.text),
    );
    return (
      !digest ||
      Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('') ===
        sha256
    );
  }
}
