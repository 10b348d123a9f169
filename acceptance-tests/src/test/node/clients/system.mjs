import assert from 'node:assert/strict';
import { Answer, StreamRelay } from '@stream-relay/client';
import { EventSource } from 'eventsource';
import './page.mjs';
import { fetchEventSource } from '@microsoft/fetch-event-source';
import { cuttingProxy } from './cutting-proxy.mjs';

/*
 * Against a running system. Prints `kill a worker` when it is time to; all tests run beside one
 * another.
 */
const GATEWAY = process.env.GATEWAY;
const { KEYED_GATEWAY: KEYED, KEY } = process.env;
const HOSTILE = 'demo-t60-i20-f50-emoji-hostile-vary';
const CUTS = [
  { blocks: 4, bytes: 20 }, // in the middle of its data
  { blocks: 3, bytes: -2 }, // all of it but the line that ends the block
];

const relay = new StreamRelay({ url: GATEWAY });
const named = (name) => `ts-${name}-${Date.now()}`;
const ENOUGH_MILLIS = 40_000;

/** Reads to the end, and checks what holds for all readings: ids in order, one terminal, the proof. */
async function read(events, onEvent = () => {}) {
  const answer = new Answer();
  const seen = [];
  let reached = [0, -1];
  for await (const event of events) {
    assert.equal(answer.terminal, undefined, 'nothing comes after the terminal');
    const id = event.id.split('-').map(Number);
    const follows = id[0] > reached[0] ? true : id[0] === reached[0] && id[1] === reached[1] + 1;
    assert.ok(follows, `${event.id} after ${reached.join('-')}`);
    reached = id;
    answer.add(event);
    seen.push(event);
    await onEvent(event);
  }
  assert.ok(answer.terminal && (await answer.isProven()), 'the text is what is saved');
  return { answer, seen, type: answer.terminal.type, attempt: seen.findLast(({ type }) => type === 'start')?.data.attempt };
}

const streamOf = ({ session, id }) => `/api/chat/${session}/turns/${id}/stream`;

const savedText = async (turn) =>
  (await turn.get()).message.parts.map(({ type, text }) => (type === 'text' ? text : '')).join('');

const scenarios = {
  'streams, two readers and text() have the same': async () => {
    const turn = await relay.send(named('plain'), { message: 'Tell', model: HOSTILE });
    const [one, two, text] = await Promise.all([read(turn), read(turn.events()), turn.text()]);
    assert.deepEqual(one.seen, two.seen);
    assert.equal(one.type, 'end');
    assert.equal(text, one.answer.text);
    assert.equal(text, await savedText(turn));
    assert.ok(one.seen.filter(({ type }) => type === 'text').length > 5);
  },

  'two cuts in the middle of a block': async () => {
    const proxy = await cuttingProxy(GATEWAY, CUTS);
    const cut = new StreamRelay({ url: proxy.url });
    const turn = await cut.send(named('cut'), { message: 'Tell', model: HOSTILE });
    const { seen, answer } = await read(turn);
    assert.equal(proxy.cut(), CUTS.length);
    assert.equal(answer.text, await savedText(turn));
    const { seen: whole } = await read(relay.resume(turn.session, turn.id));
    assert.deepEqual(seen, whole);
    proxy.close();
  },

  'byte by byte': async () => {
    const crumbs = new StreamRelay({ url: GATEWAY, fetch: byteByByte });
    const turn = await crumbs.send(named('crumbs'), { message: 'Tell', model: HOSTILE });
    const { answer } = await read(turn);
    assert.equal(answer.text, await savedText(turn));
  },

  'resumes after a reload at the cursor it had': async () => {
    const session = named('reload');
    const turn = await relay.send(session, { message: 'Tell', model: HOSTILE });
    const first = [];
    for await (const event of turn) {
      first.push(event);
      if (first.length === 6) break;
    }
    const rest = [];
    for await (const event of relay.resume(session, turn.id, first.at(-1).id)) rest.push(event);
    const { seen } = await read(turn);
    assert.deepEqual([...first, ...rest], seen);
  },

  'cancel': async () => {
    const turn = await relay.send(named('cancel'), { message: 'Tell', model: 'demo-t4000-i20-f50' });
    let texts = 0;
    const { type, answer } = await read(turn, async (event) => {
      if (event.type === 'text' && ++texts === 3) {
        assert.equal((await turn.cancel('enough')).status, 'cancelled');
      }
    });
    assert.equal(type, 'cancel');
    assert.equal(answer.terminal.data.reason, 'enough');
    assert.equal(await turn.text(), answer.text);
  },

  'a failed turn is its failure': async () => {
    const turn = await relay.send(named('fails'), { message: 'Tell', model: 'demo-t100-e20-i5-f5' });
    assert.equal((await read(turn)).type, 'error');
    await assert.rejects(turn.text(), { name: 'RelayError', status: 0, code: /^provider_/ });
  },

  'follow sees the turns of other devices, and messages() lists them': async () => {
    const session = named('follow');
    const brief = (message) => ({ message, model: 'demo-t10-i5-f5' });
    const first = await relay.send(session, brief('one'));
    await read(first);
    const after = (await relay.messages(session, { limit: 1 })).items[0].turnId;
    assert.equal(after, first.id);
    const turns = [];
    let second;
    for await (const event of relay.follow(session, { follow: true, after: '1-0' })) {
      if (event.type === 'user') turns.push(event.data.turn);
      if (event.type === 'end' && !second) second = await relay.send(session, brief('two'));
      else if (event.type === 'end') break;
    }
    assert.deepEqual(turns.slice(-1), [second.id]);
    const ended = [];
    for await (const event of relay.follow(session, { after: '1-0' })) {
      if (event.type === 'end') ended.push(event.data.turn);
    }
    assert.deepEqual(ended, [first.id, second.id]);
    assert.equal((await relay.messages(session)).items.length, 4);
  },

  'the same key is the same turn': async () => {
    const session = named('key');
    const idempotencyKey = `${session}-key`;
    const message = { message: 'Tell', model: 'demo-t5-i5-f5' };
    const [one, two] = await Promise.all([
      relay.send(session, message, { idempotencyKey }),
      relay.send(session, message, { idempotencyKey }),
    ]);
    assert.equal(one.id, two.id);
    await assert.rejects(relay.send(session, 'other', { idempotencyKey }), { status: 422, code: 'idempotency_mismatch' });
  },

  'what is refused says what it is': async () => {
    const session = named('refused');
    const running = await relay.send(session, { message: 'Tell', model: 'demo-t4000-i20-f50' });
    await assert.rejects(relay.send(session, 'again'), (thrown) => {
      assert.equal(thrown.code, 'session_busy');
      assert.equal(thrown.status, 409);
      assert.equal(thrown.body.turnId, running.id);
      assert.match(thrown.requestId, /./);
      return true;
    });
    await running.cancel();
    await assert.rejects(relay.messages(named('nobody')), { status: 404, code: 'not_found' });
    const missing = relay.resume(session, '0199aaaa-0000-7000-8000-000000000000');
    await assert.rejects(missing.text(), { status: 404, code: 'not_found' });
    const locked = new StreamRelay({ url: KEYED, key: 'srk_wrong' });
    await assert.rejects(locked.send('s', 'Tell'), { status: 401, code: 'unauthorized' });
  },

  'a killed worker: the answer is told anew, on the same reading': async () => {
    const turns = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        relay.send(named(`killed-${i}`), { message: `Tell ${i}`, model: 'demo-t80-i40-f50-vary' }),
      ),
    );
    let waiting = turns.length;
    const readings = await Promise.all(
      turns.map((turn) => {
        let isFirst = true;
        return read(turn, (event) => {
          if (event.type === 'text' && isFirst) {
            isFirst = false;
            if (--waiting === 0) console.log('kill a worker');
          }
        });
      }),
    );
    assert.deepEqual(new Set(readings.map(({ type }) => type)), new Set(['end']));
    assert.ok(readings.some(({ attempt }) => attempt > 1), 'no turn was on the killed worker');
    for (const [i, { answer }] of readings.entries()) {
      assert.equal(answer.text, await savedText(turns[i]));
    }
  },

  'eventsource (npm) through two cuts': async () => {
    const proxy = await cuttingProxy(GATEWAY, CUTS);
    const turn = await relay.send(named('eventsource'), { message: 'Tell', model: HOSTILE });
    const { text, terminals, status } = await readBySource(proxy.url + streamOf(turn));
    assert.equal(text, await savedText(turn));
    assert.deepEqual([terminals, status, proxy.cut()], [1, 204, CUTS.length]);
    proxy.close();
  },

  'eventsource (npm) by a stream token, through two cuts': async () => {
    const proxy = await cuttingProxy(KEYED, CUTS);
    const keyed = new StreamRelay({ url: KEYED, key: KEY });
    const turn = await keyed.send(named('token'), { message: 'Tell', model: HOSTILE });
    const made = await fetch(`${KEYED}/api/stream-tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ session: turn.session }),
    });
    const { token } = await made.json();
    const stream = `${proxy.url}/api/chat/${turn.session}/stream`;
    const { text, terminals, status } = await readBySource(`${stream}?token=${token}`);
    assert.equal(text, await savedText(turn));
    assert.deepEqual([terminals, status, proxy.cut()], [1, 204, CUTS.length]);
    assert.equal((await readBySource(stream)).status, 401);
    assert.equal((await readBySource(`${stream}?token=another`)).status, 401);
    proxy.close();
  },

  '@microsoft/fetch-event-source through a cut': async () => {
    const proxy = await cuttingProxy(GATEWAY, CUTS.slice(0, 1));
    const turn = await relay.send(named('fetch-event-source'), { message: 'Tell', model: HOSTILE });
    const texts = [];
    let terminals = 0;
    await fetchEventSource(proxy.url + streamOf(turn), {
      openWhenHidden: true,
      onmessage({ event, data }) {
        if (event === 'start' && JSON.parse(data).reset) texts.splice(0); // the killed worker's
        if (event === 'text') texts.push(JSON.parse(data).text);
        if (event === 'end') terminals++;
      },
    });
    assert.equal(texts.join(''), await savedText(turn));
    assert.equal(terminals, 1);
    assert.equal(proxy.cut(), 1);
    proxy.close();
  },
};

/** What an EventSource shows until it gives up, which it does at a status but 200. */
async function readBySource(url) {
  const source = new EventSource(url);
  const texts = [];
  let terminals = 0;
  // A worker is killed meanwhile: the answer may begin anew.
  source.addEventListener('start', ({ data }) => JSON.parse(data).reset && texts.splice(0));
  source.addEventListener('text', ({ data }) => texts.push(JSON.parse(data).text));
  // Not closed here: it comes back once more, and is told by 204 that there is nothing.
  source.addEventListener('end', () => terminals++);
  const status = await new Promise((resolve) => {
    source.addEventListener('error', ({ code }) => source.readyState === EventSource.CLOSED && resolve(code));
  });
  return { text: texts.join(''), terminals, status };
}

async function byteByByte(url, request) {
  const response = await fetch(url, request);
  const crumbs = new TransformStream({
    transform(piece, controller) {
      piece.forEach((byte) => controller.enqueue(Uint8Array.of(byte)));
    },
  });
  return new Response(response.body?.pipeThrough(crumbs), response);
}

/** The scenario's failure, or undefined. */
async function failureOf(name, scenario) {
  const late = new Promise((resolve, reject) => setTimeout(reject, ENOUGH_MILLIS, new Error('hangs')));
  const began = Date.now();
  try {
    await Promise.race([scenario(), late]);
    console.log(`well after ${Date.now() - began} ms: ${name}`);
    return undefined;
  } catch (failure) {
    console.log(`failed: ${name}`, failure);
    return failure;
  }
}

const failures = await Promise.all(
  Object.entries(scenarios).map(([name, scenario]) => failureOf(name, scenario)),
);
process.exit(failures.some((failure) => failure) ? 1 : 0);
