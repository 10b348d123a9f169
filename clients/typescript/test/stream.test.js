import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Answer, RelayError, StreamRelay } from '../dist/index.js';

const TURN = 't-1';
const user = (id, turn = TURN) => ['user', { turn, messageId: 'm', parts: [] }, id];
const start = (id, attempt = 1) => ['start', { turn: TURN, attempt, model: 'demo', reset: attempt > 1 }, id];
const text = (value, id) => ['text', { text: value }, id];
const proof = (value) => ({
  turn: TURN,
  length: value.length,
  sha256: createHash('sha256').update(value).digest('hex'),
});
const end = (value, id) => ['end', { finishReason: 'stop', timings: {}, ...proof(value) }, id];

const wire = (...events) =>
  events
    .map(([type, data, id]) => `event: ${type}\ndata: ${JSON.stringify(data)}\n${id ? `id: ${id}\n` : ''}\n`)
    .join('');

const STORY = [user('6-0'), start('7-0'), text('Once ', '7-1'), text('upon 👑', '7-2'), end('Once upon 👑', '10-0')];
const IDS = STORY.map(([, , id]) => id);
const ACCEPTED = { status: 202, json: { turnId: TURN } };

/**
 * A body in small pieces, or all `atOnce`, that ends well, breaks after its last byte, or says no
 * more: `breaks` is 'silence'.
 */
function streamed({ sse, breaks, atOnce }, signal) {
  const bytes = new TextEncoder().encode(sse);
  const size = atOnce ? bytes.length : 5; // through characters, too
  const pieces = [];
  for (let from = 0; from < bytes.length; from += size) {
    pieces.push(bytes.subarray(from, from + size));
  }
  return new ReadableStream({
    async pull(controller) {
      if (signal.aborted) {
        controller.error(signal.reason);
      } else if (pieces.length) {
        controller.enqueue(pieces.shift());
      } else if (breaks === 'silence') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        controller.error(signal.reason);
      } else if (breaks) {
        controller.error(new TypeError('terminated'));
      } else {
        controller.close();
      }
    },
  });
}

/**
 * A relay whose gateway gives these answers, one after the other; `requests` is what it was asked.
 * An answer is an error, {sse, breaks, atOnce}, or {status, json, headers}; a function makes one.
 */
function scripted(answers, options = {}) {
  const requests = [];
  const fake = async (url, { method = 'GET', headers, body, signal }) => {
    requests.push({ url, method, headers: Object.fromEntries(headers), body: body && JSON.parse(body), at: Date.now() });
    assert.ok(answers.length, `one request too many: ${url}`);
    const next = answers.shift();
    const answer = typeof next === 'function' ? await next(signal) : next;
    if (answer instanceof Error) {
      throw answer;
    }
    if (answer.sse !== undefined) {
      return new Response(streamed(answer, signal), {
        headers: { 'content-type': 'text/event-stream;charset=UTF-8' },
      });
    }
    return new Response(answer.status === 204 ? null : (answer.body ?? JSON.stringify(answer.json ?? {})), {
      status: answer.status,
      headers: { 'content-type': 'application/json', ...answer.headers },
    });
  };
  const relay = new StreamRelay({ url: 'http://relay/base/', fetch: fake, retry: 1, ...options });
  return { relay, requests };
}

async function all(events) {
  const list = [];
  for await (const event of events) {
    list.push(event);
  }
  return list;
}

const ids = (events) => events.map(({ id }) => id);

test('a turn is handed in, and read to its end', async () => {
  const { relay, requests } = scripted([ACCEPTED, { sse: 'retry: 5\n\n' + wire(...STORY, user('11-0', 't-2')) }], { key: 'srk_1' });

  const turn = await relay.send('s 1', 'Tell');
  const events = await all(turn);

  assert.equal(turn.id, TURN);
  assert.deepEqual(ids(events), IDS);
  assert.deepEqual(requests.map(({ method, url }) => `${method} ${url}`), [
    'POST http://relay/base/api/chat/s%201',
    'GET http://relay/base/api/chat/s%201/turns/t-1/stream',
  ]);
  assert.deepEqual(requests[0].body, { message: 'Tell' });
  assert.equal(requests[0].headers['content-type'], 'application/json');
  assert.match(requests[0].headers['idempotency-key'], /^[\x20-\x7e]{16,255}$/);
  assert.equal(requests[1].headers.authorization, 'Bearer srk_1');
  assert.equal(requests[1].headers['last-event-id'], undefined);
});

test('a body is passed on, but never asks for a stream', async () => {
  const { relay, requests } = scripted([ACCEPTED]);

  await relay.send('s', { message: 'a', model: 'demo', stream: true }, { idempotencyKey: 'mine' });

  assert.deepEqual(requests[0].body, { message: 'a', model: 'demo', stream: false });
  assert.equal(requests[0].headers['idempotency-key'], 'mine');
});

test('a POST without an answer is repeated under its key', async () => {
  const { relay, requests } = scripted([
    new TypeError('fetch failed'),
    { status: 503, json: { code: 'draining' }, headers: { 'retry-after': '0' } },
    { status: 202, body: '{"turnId":' },
    ACCEPTED,
  ]);

  await relay.send('s', 'Tell');

  assert.equal(requests.length, 4);
  assert.equal(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size, 1);
  assert.equal(new Set(requests.map(({ body }) => body.message)).size, 1);
});

test('two turns have two keys', async () => {
  const { relay, requests } = scripted([ACCEPTED, ACCEPTED]);

  await relay.send('s', 'a');
  await relay.send('s', 'a');

  assert.notEqual(requests[0].headers['idempotency-key'], requests[1].headers['idempotency-key']);
});

for (const breaks of [true, false]) {
  test(`cut at every byte, ${breaks ? 'broken' : 'closed'}: each event comes once`, async () => {
    const whole = wire(...STORY);
    for (let cut = 0; cut < whole.length; cut++) {
      const had = (whole.slice(0, cut).match(/\n\n/g) ?? []).length;
      const { relay, requests } = scripted([
        { sse: whole.slice(0, cut), breaks },
        () => ({ sse: wire(...STORY.slice(had)) }),
      ]);

      const events = await all(relay.resume('s', TURN));

      assert.deepEqual(ids(events), IDS, `cut at ${cut}`);
      assert.equal(requests[1].headers['last-event-id'], had ? IDS[had - 1] : undefined);
    }
  });
}

test('a cursor of before is where reading begins', async () => {
  const { relay, requests } = scripted([{ sse: wire(...STORY.slice(3)) }]);

  const events = await all(relay.resume('s', TURN, '7-1'));

  assert.equal(requests[0].headers['last-event-id'], '7-1');
  assert.deepEqual(ids(events), ['7-2', '10-0']);
});

test('pings and unknown events are not given, but count', async () => {
  const ping = ['ping', {}];
  const { relay, requests } = scripted(
    [
      { sse: wire(...STORY.slice(0, 2), ping, ['later', {}, '7-1']), breaks: true },
      { sse: wire(ping), breaks: true },
      { sse: wire(ping), breaks: true },
      { sse: wire(...STORY.slice(3)) },
    ],
    { retries: 1 },
  );

  const events = await all(relay.resume('s', TURN));

  assert.deepEqual(ids(events), ['6-0', '7-0', '7-2', '10-0']);
  for (const { headers } of requests.slice(1)) {
    assert.equal(headers['last-event-id'], '7-1'); // a ping has no id, and takes none away
  }
});

test('names are no part of the address', async () => {
  const { relay, requests } = scripted([{ status: 204 }]);

  await all(relay.resume('a/b', 'c?d'));

  assert.equal(requests[0].url, 'http://relay/base/api/chat/a%2Fb/turns/c%3Fd/stream');
});

test('204: there is nothing more', async () => {
  const { relay } = scripted([{ status: 204 }]);

  assert.deepEqual(await all(relay.resume('s', TURN, '10-0')), []);
});

test('waits as it is told: retry, doubled with each failure, and Retry-After', async () => {
  const { relay, requests } = scripted([
    { sse: 'retry: 40\n\n' + wire(...STORY.slice(0, 2)), breaks: true },
    new TypeError('fetch failed'),
    { status: 503, headers: { 'retry-after': '1' } },
    { sse: wire(...STORY.slice(2)) },
  ]);

  await all(relay.resume('s', TURN));

  const waits = requests.slice(1).map(({ at }, i) => at - requests[i].at);
  assert.ok(waits[0] >= 39, `${waits}`);
  assert.ok(waits[1] >= 79, `${waits}`);
  assert.ok(waits[2] >= 999, `${waits}`);
});

test('no wait is longer than it may be, whatever is asked for', async (t) => {
  const real = globalThis.setTimeout;
  t.after(() => (globalThis.setTimeout = real));
  const waits = [];
  globalThis.setTimeout = (then, millis) => {
    if (millis < 1000) {
      return real(then, millis);
    }
    waits.push(millis);
    return real(then, 0);
  };
  const patient = { status: 503, headers: { 'retry-after': '1000000' } };
  const { relay } = scripted([...Array(9).fill(new TypeError('fetch failed')), patient, { sse: wire(...STORY) }], {
    retry: 1000,
    silence: 900,
  });

  await all(relay.resume('s', TURN));

  assert.equal(waits.length, 10);
  waits.slice(0, 9).forEach((wait, i) => {
    const least = Math.min(30_000, 1000 * 2 ** i);
    assert.ok(wait >= least && wait <= least * 1.5, `${waits}`);
  });
  assert.ok(waits[9] >= 3_600_000 && waits[9] <= 5_400_000, `${waits}`);
});

test('Retry-After may be a date', async () => {
  const at = new Date(Date.now() + 60_000).toUTCString();
  const { relay } = scripted([{ status: 400, headers: { 'retry-after': at } }]);

  await assert.rejects(relay.send('s', 'a'), ({ retryAfter }) => retryAfter > 30_000 && retryAfter <= 60_000);
});

test('gives up after as many failures in a row as may be', async () => {
  const { relay, requests } = scripted(Array(4).fill(new TypeError('fetch failed')), { retries: 3 });

  await assert.rejects(all(relay.resume('s', TURN)), (thrown) => {
    assert.ok(thrown instanceof RelayError);
    assert.equal(thrown.code, 'no_answer');
    assert.equal(thrown.status, 0);
    assert.ok(thrown.cause instanceof TypeError);
    return true;
  });
  assert.equal(requests.length, 4);
});

test('a stream that closes without a word is a failure, not a success', async () => {
  const { relay } = scripted(Array(3).fill({ sse: 'retry: 1\n\n' }), { retries: 2 });

  await assert.rejects(all(relay.resume('s', TURN)), { code: 'no_answer' });
});

for (const status of [400, 401, 403, 404, 409, 422]) {
  test(`${status} is not repeated`, async () => {
    const problem = { code: 'a_code', detail: 'what is wrong', turnId: 'other' };
    const refused = { status, json: problem, headers: { 'x-request-id': 'r-1', 'retry-after': '3' } };
    const { relay } = scripted([refused, refused]);
    const expected = {
      name: 'RelayError',
      message: 'what is wrong',
      code: 'a_code',
      status,
      retryAfter: 3000,
      requestId: 'r-1',
      retryable: false,
    };

    await assert.rejects(relay.send('s', 'a'), expected);
    await assert.rejects(all(relay.resume('s', TURN)), (thrown) => thrown.body.turnId === 'other');
  });
}

for (const status of [408, 429, 500, 502, 503, 504]) {
  test(`${status} is repeated`, async () => {
    const { relay } = scripted([{ status, body: '<html>' }, { sse: wire(...STORY) }]);

    assert.deepEqual(ids(await all(relay.resume('s', TURN))), IDS);
  });
}

test('a page of something else is no answer of a gateway', async () => {
  const page = { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } };
  const { relay } = scripted([page, page]);

  await assert.rejects(all(relay.resume('s', TURN)), { code: 'unexpected_answer', status: 200 });
  await assert.rejects(relay.send('s', 'a'), { code: 'unexpected_answer' });
});

test('silence is a dead connection', async () => {
  const { relay, requests } = scripted(
    [{ sse: wire(...STORY.slice(0, 3)), breaks: 'silence' }, { sse: wire(...STORY.slice(3)) }],
    { silence: 30 },
  );

  assert.deepEqual(ids(await all(relay.resume('s', TURN))), IDS);
  assert.equal(requests[1].headers['last-event-id'], '7-1');
});

test('a reader that takes its time is not silence', async () => {
  const { relay, requests } = scripted([{ sse: wire(...STORY) }], { silence: 20 });

  const seen = [];
  for await (const { id } of relay.resume('s', TURN)) {
    seen.push(id);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }

  assert.deepEqual(seen, IDS);
  assert.equal(requests.length, 1);
});

test('abort ends the reading at once, with its reason', async () => {
  const abort = new AbortController();
  let given;
  const { relay } = scripted([
    (signal) => {
      given = signal;
      return { sse: wire(...STORY.slice(0, 4)), breaks: 'silence' };
    },
  ]);
  const seen = [];

  await assert.rejects(
    async () => {
      for await (const { id } of relay.resume('s', TURN, undefined, { signal: abort.signal })) {
        seen.push(id);
        if (id === '7-1') {
          abort.abort();
        }
      }
    },
    { name: 'AbortError' },
  );
  assert.deepEqual(seen, ['6-0', '7-0', '7-1']);
  assert.ok(given.aborted);
});

test('abort ends the reading before what came with the last event', async () => {
  const abort = new AbortController();
  const { relay } = scripted([{ sse: wire(...STORY), atOnce: true }]);
  const seen = [];

  await assert.rejects(
    async () => {
      for await (const { id } of relay.resume('s', TURN, undefined, { signal: abort.signal })) {
        seen.push(id);
        abort.abort();
      }
    },
    { name: 'AbortError' },
  );
  assert.deepEqual(seen, ['6-0']);
});

test('abort ends a wait', async () => {
  const abort = new AbortController();
  const { relay } = scripted([new TypeError('fetch failed')], { retry: 60_000 });

  setTimeout(() => abort.abort(new Error('enough')), 20);
  await assert.rejects(relay.send('s', 'a', { signal: abort.signal }), { message: 'enough' });
  await assert.rejects(relay.send('s', 'a', { signal: abort.signal }), { message: 'enough' });
});

test('leaving the loop closes the connection', async () => {
  let given;
  const { relay } = scripted([
    (signal) => {
      given = signal;
      return { sse: wire(...STORY.slice(0, 3)), breaks: 'silence' };
    },
  ]);

  for await (const event of relay.resume('s', TURN)) {
    assert.equal(event.type, 'user');
    break;
  }

  assert.ok(given.aborted);
});

test('text: whole, proven, over a cut and a reset', async () => {
  const { relay } = scripted([
    { sse: wire(user('6-0'), start('7-0'), text('Onc', '7-1')), breaks: true },
    { sse: wire(start('8-0', 2), ...STORY.slice(2)) },
  ]);

  assert.equal(await relay.resume('s', TURN, '7-1').text(), 'Once upon 👑');
});

test('text: what is saved, where what was read is something else', async () => {
  const saved = { message: { id: 'm', parts: [{ type: 'reasoning', text: 'hm' }, { type: 'text', text: 'Saved' }] } };
  for (const other of ['Once upon', 'Once upon 🤴']) {
    const { relay, requests } = scripted([
      { sse: wire(...STORY.slice(0, 4), end(other, '10-0')) },
      { status: 200, json: saved },
    ]);

    assert.equal(await relay.resume('s', TURN).text(), 'Saved');
    assert.equal(requests[1].url, 'http://relay/base/api/chat/s/turns/t-1');
  }
});

test('text: where nothing can be hashed, the length has to do', async (t) => {
  const { crypto } = globalThis;
  Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
  t.after(() => Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true }));
  const short = { sse: wire(...STORY.slice(0, 3), end('Once upon 👑', '10-0')) };
  const saved = { message: { id: 'm', parts: [{ type: 'text', text: 'Saved' }] } };
  const { relay } = scripted([{ sse: wire(...STORY) }, short, { status: 200, json: saved }]);

  assert.equal(await relay.resume('s', TURN).text(), 'Once upon 👑');
  assert.equal(await relay.resume('s', TURN).text(), 'Saved');
});

test('text: of a failed turn is its failure, of a cancelled one what it said', async () => {
  const failed = ['error', { code: 'provider_timeout', message: 'too long', retryable: true, ...proof('Once ') }, '10-0'];
  const cancelled = ['cancel', { by: 'owner', ...proof('Once ') }, '10-0'];

  const hopeless = ['error', { code: 'provider_auth', message: 'no', retryable: false, ...proof('Once ') }, '10-0'];

  const { relay } = scripted([...[failed, cancelled, hopeless].map((last) => ({ sse: wire(...STORY.slice(0, 3), last) }))]);

  await assert.rejects(relay.resume('s', TURN).text(), { code: 'provider_timeout', status: 0, retryable: true });
  assert.equal(await relay.resume('s', TURN).text(), 'Once ');
  await assert.rejects(relay.resume('s', TURN).text(), { code: 'provider_auth', retryable: false });
});

test('answer: reset, snapshot, reasoning, pieces of tool calls', () => {
  const answer = new Answer();
  const add = ([type, data, id]) => answer.add({ type, data, id });
  const call = (index, pieces, id) => ['tool_call', { index, arguments: pieces, ...(id && { id, name: 'f' }) }];

  [user('1-0'), start('2-0'), text('void', '2-1'), call(0, 'void', 'a'), start('3-0', 2)].forEach(add);
  assert.deepEqual([answer.text, answer.toolCalls], ['', []]);
  const snapshot = { text: 'A', reasoning: 'r', toolCalls: [{ index: 0, id: 'a', name: 'f', arguments: '{"x"' }] };
  [['snapshot', snapshot], text('B'), ['reasoning', { text: 's' }], call(0, ':1}'), call(1, '{', 'b'), call(1, '}')].forEach(add);

  assert.equal(answer.text, 'AB');
  assert.equal(answer.reasoning, 'rs');
  assert.deepEqual(answer.toolCalls, [
    { index: 0, id: 'a', name: 'f', arguments: '{"x":1}' },
    { index: 1, id: 'b', name: 'f', arguments: '{}' },
  ]);
  assert.equal(snapshot.toolCalls[0].arguments, '{"x"');
});

test('follow: over turns, and back at once after the last, until there is nothing', async () => {
  const { relay, requests } = scripted([
    { sse: 'retry: 60000\n\n' + wire(...STORY, user('11-0', 't-2'), end('', '12-0')) },
    { status: 204 },
  ]);

  const events = await all(relay.follow('s', { after: '5-0' }));

  assert.deepEqual(ids(events), [...IDS, '11-0', '12-0']);
  assert.deepEqual(requests.map(({ url, headers }) => [url, headers['last-event-id']]), [
    ['http://relay/base/api/chat/s/stream', '5-0'],
    ['http://relay/base/api/chat/s/stream', '12-0'],
  ]);
});

test('follow: what breaks after the last turn, or says nothing then, is a failure', async () => {
  const broken = scripted([{ sse: 'retry: 40\n\n' + wire(...STORY), breaks: true }, { status: 204 }]);
  const silent = scripted([{ sse: wire(...STORY) }, ...Array(3).fill({ sse: '' })], { retries: 2 });

  assert.deepEqual(ids(await all(broken.relay.follow('s'))), IDS);
  await assert.rejects(all(silent.relay.follow('s')), { code: 'no_answer' });

  assert.ok(broken.requests[1].at - broken.requests[0].at >= 39);
  assert.equal(silent.requests.length, 3);
});

test('follow: for ever comes back after each close', async () => {
  const { relay, requests } = scripted([{ sse: wire(...STORY) }, { sse: '' }, { status: 404, json: { code: 'not_found' } }]);

  await assert.rejects(all(relay.follow('s', { follow: true })), { code: 'not_found' });
  assert.equal(requests[2].url, 'http://relay/base/api/chat/s/stream?follow=true');
});

test('cancel, messages, headers as a function', async () => {
  let asked = 0;
  const page = { items: [], next: 'a b' };
  const { relay, requests } = scripted(
    [{ status: 200, json: { turnId: TURN, status: 'cancelled' } }, { status: 200, json: page }],
    { headers: async () => ({ 'x-relay-user': `u-${++asked}` }) },
  );

  assert.deepEqual(await relay.resume('s', TURN).cancel('enough'), { turnId: TURN, status: 'cancelled' });
  assert.deepEqual(await relay.messages('s', { limit: 2, before: 'a b' }), page);

  assert.deepEqual(requests[0].body, { turnId: TURN, reason: 'enough' });
  assert.equal(requests[1].url, 'http://relay/base/api/chat/s/messages?limit=2&before=a%20b');
  assert.deepEqual(requests.map(({ headers }) => headers['x-relay-user']), ['u-1', 'u-2']);
});
