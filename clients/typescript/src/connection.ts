import { RelayError } from './error.js';
import type { RelayEvent } from './events.js';
import { SseParser } from './sse.js';

/** How a gateway is reached, and how much is borne until it is given up. Times in milliseconds. */
export interface Connection {
  /** Without a slash at its end. */
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly headers: () => Promise<Headers>;
  /** Failures in a row, without a word from the gateway between them, that are borne. */
  readonly retries: number;
  /** The wait after the first failure, until the gateway tells another. */
  readonly retry: number;
  /** So long without a byte: the connection is dead. */
  readonly silence: number;
}

export interface Reading {
  readonly path: string;
  /** The id to go on after; undefined: from where the route begins. */
  readonly after?: string | undefined;
  /** What a terminal event means: the `end` of it all, a `pause`, or that the `close` follows. */
  readonly terminal: 'end' | 'pause' | 'close';
  readonly signal?: AbortSignal | undefined;
}

const LONGEST_BACKOFF = 30_000;
const LONGEST_WAIT = 3_600_000;
const KNOWN = /^(user|start|snapshot|text|reasoning|tool_call|end|error|cancel)$/;
const TERMINAL = /^(end|error|cancel)$/;
const JSON_TYPE = 'application/json';
const SSE_TYPE = 'text/event-stream';

export const pathOf = (session: string): string => `/api/chat/${encodeURIComponent(session)}`;

/** Asks for JSON, again if there is no answer or a passing error: so only what may be repeated. */
export async function json<Result>(
  connection: Connection,
  path: string,
  signal?: AbortSignal,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Result> {
  const request = body ? { method: 'POST', body: JSON.stringify(body) } : {};
  for (let failures = 1; ; failures++) {
    const life = begin(connection.silence, signal);
    let failure;
    try {
      const own = body ? { 'content-type': JSON_TYPE, ...headers } : headers;
      return await (await open(connection, path, JSON_TYPE, life.signal, own, request)).json();
    } catch (thrown) {
      failure = thrown;
    } finally {
      life.end();
    }
    await bear(failure, failures, connection.retries, connection.retry, signal);
  }
}

/**
 * A stream's events, over as many connections as it takes: each comes back with the id of the last
 * whole event, so nothing is missed and nothing comes twice. Ends at a 204, or at a terminal if
 * that is what it means.
 */
export async function* events(
  connection: Connection,
  { path, after, terminal, signal }: Reading,
): AsyncGenerator<RelayEvent, void, undefined> {
  let cursor = after;
  let retry = connection.retry;
  let isOver = false;
  for (let failures = 0; ; ) {
    const life = begin(connection.silence, signal);
    let failure;
    try {
      const own: Record<string, string> = cursor ? { 'last-event-id': cursor } : {};
      const response = await open(connection, path, SSE_TYPE, life.signal, own);
      life.heard();
      if (response.status === 204) {
        return;
      }
      const parser = new SseParser();
      const decoder = new TextDecoder();
      const reader = response.body!.getReader();
      for (let piece; !(piece = await reader.read()).done; ) {
        const blocks = parser.push(decoder.decode(piece.value, { stream: true }));
        retry = parser.retry ?? retry;
        for (const { type, data, id } of blocks) {
          failures = 0;
          const event = KNOWN.test(type) && ({ type, data: JSON.parse(data), id } as RelayEvent);
          cursor = id ?? cursor;
          if (event) {
            isOver = TERMINAL.test(type);
            life.pause(); // how long the event is looked at is nobody's silence
            yield event;
            signal?.throwIfAborted();
            if (isOver && terminal === 'end') {
              return;
            }
          }
        }
        life.heard();
      }
    } catch (thrown) {
      failure = thrown;
    } finally {
      life.end();
    }
    const isWhole = isOver && terminal === 'close' && !failure && !failures;
    failures++;
    if (!isWhole) {
      await bear(failure, failures, connection.retries, retry, signal);
    } // else the next answer says at once whether more follows
  }
}

async function open(
  { url, fetch, headers }: Connection,
  path: string,
  accept: string,
  signal: AbortSignal,
  own: Record<string, string>,
  request: RequestInit = {},
): Promise<Response> {
  const all = await headers();
  Object.entries({ accept, ...own }).forEach((header) => all.set(...header));
  const response = await fetch(url + path, { ...request, headers: all, signal });
  const isWanted = response.headers.get('content-type')?.startsWith(accept);
  if (!response.ok || (!isWanted && response.status !== 204)) {
    throw await RelayError.of(response);
  }
  return response;
}

/** Waits until it is time to come back, or throws what can't be borne. */
async function bear(
  failure: unknown,
  failures: number,
  retries: number,
  retry: number,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const error =
    failure instanceof RelayError
      ? failure
      : new RelayError('no answer', 'no_answer', 0, 0, undefined, {}, { cause: failure });
  if (!error.retryable || failures > retries) {
    throw error;
  }
  const backoff = Math.min(LONGEST_BACKOFF, retry * 2 ** (failures - 1));
  const wait = Math.min(LONGEST_WAIT, Math.max(error.retryAfter, retry, backoff));
  await new Promise<void>((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    // The jitter keeps readers of a gateway that died from coming back all at once.
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      },
      wait * (1 + Math.random() / 2),
    );
    signal?.addEventListener('abort', aborted);
  });
}

/** Of one request: ends with the caller's signal, with silence, or when it is told to. */
function begin(silence: number, outer: AbortSignal | undefined) {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort();
  let timer: ReturnType<typeof setTimeout>;
  const pause = () => clearTimeout(timer);
  const heard = () => {
    pause();
    timer = setTimeout(abort, silence);
  };
  const end = () => {
    pause();
    outer?.removeEventListener('abort', abort);
    abort();
  };
  outer?.addEventListener('abort', abort);
  heard();
  return { signal: controller.signal, heard, pause, end };
}
