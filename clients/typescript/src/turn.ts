import { Answer } from './answer.js';
import type { CancelResult, TurnResource } from './api.js';
import { type Connection, events, json, pathOf } from './connection.js';
import { RelayError } from './error.js';
import type { RelayEvent } from './events.js';

/** One message and its answer. It goes on whether or not anybody reads it. */
export class Turn implements AsyncIterable<RelayEvent> {
  readonly #connection: Connection;
  readonly #path: string;
  readonly #after: string | undefined;
  readonly #signal: AbortSignal | undefined;

  /** @internal */
  constructor(
    connection: Connection,
    readonly session: string,
    readonly id: string,
    after?: string,
    signal?: AbortSignal,
  ) {
    this.#connection = connection;
    this.#path = `${pathOf(session)}/turns/${encodeURIComponent(id)}`;
    this.#after = after;
    this.#signal = signal;
  }

  /** The turn's events to its terminal. Each call is a reading of its own, from the same place. */
  events(): AsyncGenerator<RelayEvent, void, undefined> {
    return this.#events(this.#after);
  }

  [Symbol.asyncIterator](): AsyncGenerator<RelayEvent, void, undefined> {
    return this.events();
  }

  #events(after?: string) {
    const reading = { path: `${this.#path}/stream`, after, signal: this.#signal };
    return events(this.#connection, { ...reading, terminal: 'end' });
  }

  /**
   * The whole answer, once it is there; of a cancelled turn, what it said so far. It is compared
   * with the length and the hash of what is saved; should it differ, this is what is saved.
   *
   * @throws RelayError with the failure's code if the turn failed
   */
  async text(): Promise<string> {
    const answer = new Answer();
    for await (const event of this.#events()) {
      answer.add(event);
      if (event.type === 'error') {
        const { code, message } = event.data;
        throw new RelayError(message, code, 0, 0, undefined, { ...event.data });
      }
    }
    if (await answer.isProven()) {
      return answer.text;
    }
    const parts = (await this.get()).message?.parts ?? [];
    return parts.map(({ type, text }) => (type === 'text' ? text : '')).join('');
  }

  /** The turn as it is now. */
  get(): Promise<TurnResource> {
    return json(this.#connection, this.#path, this.#signal);
  }

  /** Cancels this turn and no other; what it said is kept. Its end arrives as an event. */
  cancel(reason?: string): Promise<CancelResult> {
    const path = `${pathOf(this.session)}/cancel`;
    return json(this.#connection, path, undefined, { turnId: this.id, reason });
  }
}
