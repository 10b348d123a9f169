import { problemOf } from './api.js';
import { authorization } from './key.js';
import { SseParser } from './sse.js';

/** The gateway says something at least every 10 s. So long without a byte: the connection is dead. */
const SILENCE_MILLIS = 25_000;
const DEFAULT_RETRY_MILLIS = 1_000;
const MAX_RETRY_MILLIS = 30_000;
const TERMINALS = new Set(['end', 'error', 'cancel']);

export const isTerminal = (type) => TERMINALS.has(type);

/**
 * Follows a session stream or a turn to its end, over as many connections as that takes: each
 * comes back with the id of the last whole event, so nothing is missed and nothing comes twice.
 *
 * @param url of a stream route
 * @param onEvent called with {type, data, id}, data being parsed JSON
 * @param onState called with {name: 'connecting' | 'live' | 'waiting', …}: live has `resumedAfter`,
 *     the cursor it came back with or null; waiting has `millis` until the next try
 * @param cursor the id to go on after; null from where the route begins
 * @param signal ends it; nothing is called after that
 * @param untilTerminal whether the first terminal event ends it; else the server's close after one
 * @returns 'ended' after a terminal event, 'nothing' if there was nothing to stream (204), 'aborted'
 * @throws Problem for an answer that asking again will not change
 */
export async function follow(url, { onEvent, onState, signal, cursor = null, untilTerminal = false }) {
  const connection = { url, onEvent, onState, signal, cursor, untilTerminal };
  connection.retryMillis = DEFAULT_RETRY_MILLIS;
  connection.ended = false;
  let failures = 0;
  while (!signal.aborted) {
    onState({ name: 'connecting' });
    const { outcome, progress, waitMillis = 0 } = await connect(connection);
    if (outcome !== 'lost' || signal.aborted) {
      return signal.aborted ? 'aborted' : outcome;
    }
    failures = progress ? 0 : failures + 1;
    const millis = backoff(Math.max(connection.retryMillis, waitMillis), failures);
    onState({ name: 'waiting', millis });
    await wake(millis, signal);
  }
  return 'aborted';
}

/** Doubles with each failure; the jitter keeps readers of a dead gateway from coming all at once. */
function backoff(baseMillis, failures) {
  const millis = Math.min(MAX_RETRY_MILLIS, baseMillis * 2 ** Math.min(failures, 5));
  return Math.round(Math.max(millis, baseMillis) * (1 + Math.random() / 2));
}

/** One connection, from request to loss or end. */
async function connect(connection) {
  const attempt = new AbortController();
  const abort = () => attempt.abort();
  const watchdog = new Watchdog(abort);
  connection.signal.addEventListener('abort', abort, { once: true });
  const seen = { progress: false };
  try {
    const headers = { Accept: 'text/event-stream', ...authorization() };
    if (connection.cursor !== null) {
      headers['Last-Event-ID'] = connection.cursor;
    }
    const response = await fetch(connection.url, {
      headers,
      cache: 'no-store',
      signal: attempt.signal,
    });
    watchdog.heard();
    if (response.status === 204) {
      return { outcome: connection.ended ? 'ended' : 'nothing' };
    }
    if (!response.ok) {
      const problem = await problemOf(response);
      if (problem.isPassing) {
        return { outcome: 'lost', progress: false, waitMillis: problem.retryAfterMillis };
      }
      throw problem;
    }
    connection.onState({ name: 'live', resumedAfter: connection.cursor });
    await read(response.body, connection, watchdog, seen);
    return { outcome: connection.ended ? 'ended' : 'lost', ...seen };
  } catch (failure) {
    if (failure instanceof TypeError || failure.name === 'AbortError') {
      return { outcome: connection.ended ? 'ended' : 'lost', ...seen }; // network, or silence
    }
    throw failure;
  } finally {
    watchdog.stop();
    connection.signal.removeEventListener('abort', abort);
    abort();
  }
}

async function read(body, connection, watchdog, seen) {
  const parser = new SseParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || connection.signal.aborted) {
      return;
    }
    watchdog.heard();
    const events = parser.push(decoder.decode(value, { stream: true }));
    connection.retryMillis = parser.retryMillis ?? connection.retryMillis;
    for (const event of events) {
      connection.cursor = event.id ?? connection.cursor;
      if (event.type === 'ping') {
        continue;
      }
      seen.progress = true;
      connection.ended = isTerminal(event.type);
      connection.onEvent({ ...event, data: parsed(event.data) });
      if (connection.ended && connection.untilTerminal) {
        return;
      }
    }
  }
}

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return {}; // of an event type this page doesn't know
  }
}

class Watchdog {
  #timer;
  #bark;

  constructor(bark) {
    this.#bark = bark;
    this.heard();
  }

  heard() {
    this.stop();
    this.#timer = setTimeout(this.#bark, SILENCE_MILLIS);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}

/** Waits; less when the network comes back or the page is looked at again. */
function wake(millis, signal) {
  return new Promise((resolve) => {
    const visible = () => document.visibilityState === 'visible' && done();
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      document.removeEventListener('visibilitychange', visible);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    addEventListener('online', done);
    document.addEventListener('visibilitychange', visible);
    signal.addEventListener('abort', done);
  });
}
