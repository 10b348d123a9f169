import { authorization, keyDoor } from './key.js';

/** The gateway's native API, as far as the page needs it. */

const SUBMIT_TRIES = 4;

export const paths = {
  models: () => '/api/models',
  sessions: (limit, before) =>
    `/api/chat/sessions?limit=${limit}${before ? `&before=${encodeURIComponent(before)}` : ''}`,
  session: (session) => `/api/chat/${encodeURIComponent(session)}`,
  messages: (session) => `${paths.session(session)}/messages?limit=200`,
  cancel: (session) => `${paths.session(session)}/cancel`,
  stream: (session) => `${paths.session(session)}/stream`,
  turn: (session, turn) => `${paths.session(session)}/turns/${encodeURIComponent(turn)}`,
  turnStream: (session, turn) => `${paths.turn(session, turn)}/stream`,
};

/** An answer that isn't the wanted one (RFC 9457), or none at all: status 0. */
export class Problem extends Error {
  constructor(status, body = {}, retryAfterMillis = 0) {
    super(body.detail ?? body.title ?? `status ${status}`);
    this.status = status;
    this.code = body.code ?? 'unknown';
    this.body = body;
    this.retryAfterMillis = retryAfterMillis;
  }

  /** Whether the same request may well succeed a little later. */
  get isPassing() {
    return [0, 408, 429].includes(this.status) || this.status >= 500;
  }
}

export async function problemOf(response) {
  const seconds = Number(response.headers.get('Retry-After') ?? 0);
  const body = await response.json().catch(() => ({}));
  if (response.status === 401) {
    keyDoor.dispatchEvent(new Event('needed'));
  }
  return new Problem(response.status, body, Number.isFinite(seconds) ? seconds * 1000 : 0);
}

export async function getJson(path) {
  return call(path, { headers: { Accept: 'application/json' }, cache: 'no-store' });
}

export const postJson = (path, body, headers) => sendJson('POST', path, body, headers);

export const patchJson = (path, body) => sendJson('PATCH', path, body);

export const deleteJson = (path) => call(path, { method: 'DELETE', headers: {} });

const sendJson = (method, path, body, headers = {}) =>
  call(path, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/**
 * Hands in a turn. Asks again when there was no answer or a passing one: under the same key that
 * gives the same turn, never a second one.
 */
export async function submit(session, body, idempotencyKey) {
  for (let tried = 1; ; tried++) {
    try {
      return await postJson(paths.session(session), body, { 'Idempotency-Key': idempotencyKey });
    } catch (problem) {
      if (!problem.isPassing || tried === SUBMIT_TRIES) {
        throw problem;
      }
      await pause(Math.max(problem.retryAfterMillis, 500 * 2 ** tried) * (0.75 + Math.random() / 2));
    }
  }
}

async function call(path, request) {
  let response;
  try {
    const headers = { ...request.headers, ...authorization() };
    response = await fetch(path, { ...request, headers });
  } catch {
    throw new Problem(0, { detail: 'no answer' });
  }
  if (!response.ok) {
    throw await problemOf(response);
  }
  return response.status === 204 ? null : response.json();
}

export const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
