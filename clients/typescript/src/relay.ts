import type { MessagePage, Submission } from './api.js';
import { type Connection, events, json, pathOf } from './connection.js';
import type { Part, RelayEvent } from './events.js';
import { Turn } from './turn.js';

/** Times in milliseconds. */
export interface Options {
  /** The gateway's; in a browser it may be relative to the page. */
  url: string | URL;
  /** An API key. It belongs on a server: whoever has it is the caller. */
  key?: string;
  /** Sent with every request; as a function, asked for each, for what expires. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
  fetch?: typeof fetch;
  /** Failures in a row, without a word from the gateway between them, that are borne: 10. */
  retries?: number;
  /** The wait after the first failure, doubled with each, until the gateway tells another: 1000. */
  retry?: number;
  /** So long without a byte means that the connection is dead: 25000. The gateway pings each 10 s. */
  silence?: number;
}

/** A gateway. */
export class StreamRelay {
  readonly #connection: Connection;

  constructor({ url, key, headers, retries = 10, retry = 1000, silence = 25_000, ...rest }: Options) {
    const given = typeof headers === 'function' ? headers : () => headers;
    this.#connection = {
      url: new URL(url, globalThis.location?.href).href.replace(/\/+$/, ''),
      fetch: rest.fetch ?? ((...request) => fetch(...request)),
      headers: async () => {
        const all = new Headers(await given());
        if (key) {
          all.set('authorization', `Bearer ${key}`);
        }
        return all;
      },
      retries,
      retry,
      silence,
    };
  }

  /**
   * Hands in a turn. What got no answer is repeated under its idempotency key, so it is one turn
   * however often that takes.
   *
   * @param message the message alone, or a whole body
   * @param options `signal` ends this and the turn's readings, never the turn; `idempotencyKey` of
   *     your own makes repeats safe that outlive this process
   */
  async send(
    session: string,
    message: string | { parts: Part[] } | Submission,
    { signal, idempotencyKey = newKey() }: { signal?: AbortSignal; idempotencyKey?: string } = {},
  ): Promise<Turn> {
    const isMessage = typeof message === 'string' || 'parts' in message;
    const body = isMessage ? { message } : { ...message, stream: false };
    const headers = { 'idempotency-key': idempotencyKey };
    const path = pathOf(session);
    const { turnId } = await json<{ turnId: string }>(this.#connection, path, signal, body, headers);
    return new Turn(this.#connection, session, turnId, undefined, signal);
  }

  /** A turn handed in earlier; its events come after the cursor, or all. Asks nothing yet. */
  resume(session: string, turn: string, cursor?: string, { signal }: Abortable = {}): Turn {
    return new Turn(this.#connection, session, turn, cursor, signal);
  }

  /**
   * The session's events: after a cursor, or from the active turn's first. Ends when nothing runs
   * or waits, or never if it is to `follow`.
   */
  follow(
    session: string,
    { after, follow, signal }: Abortable & { after?: string; follow?: boolean } = {},
  ): AsyncGenerator<RelayEvent, void, undefined> {
    const path = `${pathOf(session)}/stream${follow ? '?follow=true' : ''}`;
    const terminal = follow ? 'pause' : 'close';
    return events(this.#connection, { path, after, terminal, signal });
  }

  /** What was said, newest first. */
  messages(
    session: string,
    { limit = 50, before, signal }: Abortable & { limit?: number; before?: string } = {},
  ): Promise<MessagePage> {
    const next = before ? `&before=${encodeURIComponent(before)}` : '';
    return json(this.#connection, `${pathOf(session)}/messages?limit=${limit}${next}`, signal);
  }
}

interface Abortable {
  signal?: AbortSignal;
}

/** `randomUUID` is missing on pages without TLS, and all of `crypto` in node 18. */
const newKey = () =>
  globalThis.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random()}-${Math.random()}`;
