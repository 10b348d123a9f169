import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import test from 'node:test';
import { WebSocket } from 'ws';

/* What websocket.md shows, and the library that most have, through connections that are cut. */
globalThis.WebSocket = WebSocket; // node's own, where it has one, is another

const { GATEWAY, KEYED_GATEWAY, KEY } = process.env;
const MODEL = 'demo-t60-i20-f50';

const document = readFileSync(new URL('./websocket.md', import.meta.url), 'utf8');
const [, shown] = document.match(/<!-- example: socket\.mjs -->\n```js\n(.*?)```/s);
writeFileSync(new URL('./shown-socket.mjs', import.meta.url), shown);
const { follow } = await import('./shown-socket.mjs');

/** Hands it in by HTTP. */
async function submit(session, key) {
  const answer = await fetch(`${GATEWAY}/api/chat/${session}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ message: 'Tell me a story', model: MODEL }),
  });
  assert.equal(answer.status, 202);
  return answer.json();
}

/** What the model says. */
async function story() {
  const session = `socket-story-${Date.now()}`;
  const { turnId } = await submit(session, session);
  const turn = await (await fetch(`${GATEWAY}/api/chat/${session}/turns/${turnId}?wait=60`)).json();
  assert.equal(turn.status, 'ended');
  return turn.message.parts.map((part) => part.text).join('');
}

const expected = await story();

/** A way to the gateway that breaks off after so many bytes from it, one connection after the other. */
async function cutting(...limits) {
  const { hostname, port } = new URL(GATEWAY);
  const sizes = [...limits];
  const server = createServer((client) => {
    const gateway = connect(port, hostname);
    let left = sizes.shift() ?? Infinity;
    gateway.on('data', (data) => {
      client.write(data.subarray(0, Math.max(0, left)));
      left -= data.length;
      if (left <= 0) client.destroy(), gateway.destroy();
    });
    client.pipe(gateway);
    for (const end of [client, gateway]) end.on('error', () => {}).on('close', () => (client.destroy(), gateway.destroy()));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `ws://127.0.0.1:${server.address().port}/ws/chat`, left: () => sizes.length, close: () => server.close() };
}

test('the client of websocket.md resumes to the end', async () => {
  const way = await cutting(900, 1500, 2500);
  const session = `socket-${Date.now()}`;
  await submit(session, session);
  let text = '';
  await new Promise((ended, failed) => {
    const told = (event, data) => {
      if (event === 'start' && data.reset) text = '';
      if (event === 'text') text += data.text;
      if (event === 'refused') failed(new Error(JSON.stringify(data)));
      if (event === 'end') stop(), ended();
    };
    const stop = follow(() => way.url, session, told, '0-0'); // from its very beginning, however late
  });
  way.close();
  assert.equal(text, expected);
  assert.equal(way.left(), 0, 'it was cut as often as it should be');
});

test('ws submits, follows, cancels and is closed properly', async () => {
  const socket = new WebSocket(`${GATEWAY.replace('http', 'ws')}/ws/chat`, 'stream-relay.v1', { perMessageDeflate: true });
  const session = `ws-${Date.now()}`;
  const waiting = new Map();
  const events = [];
  await new Promise((open, failed) => socket.on('open', open).on('error', failed));
  assert.equal(socket.protocol, 'stream-relay.v1');
  assert.equal(socket.extensions, '');
  socket.on('message', (data, binary) => {
    assert.equal(binary, false);
    const message = JSON.parse(data);
    if (message.type === 'event') events.push(message);
    waiting.get(message.requestId ?? message.type)?.(message);
  });
  const answer = (name) => new Promise((came) => waiting.set(name, came));
  const ask = (requestId, message) => (socket.send(JSON.stringify({ requestId, ...message })), answer(requestId));

  const closed = answer('closed');
  const accepted = await ask('1', { type: 'submit', sessionId: session, message: 'Tell me a story', model: MODEL, idempotencyKey: session });
  assert.equal(accepted.type, 'accepted');
  const again = await submit(session, session);
  assert.equal(again.turnId, accepted.turnId);
  assert.equal((await closed).reason, 'finished');
  const said = events.filter(({ event }) => event === 'text').map(({ data }) => data.text).join('');
  assert.equal(said, expected);
  const ids = events.map(({ id }) => id.split('-').map(Number));
  ids.reduce(([epoch, seq], [nextEpoch, nextSeq]) => {
    assert.ok(nextEpoch > epoch || (nextEpoch === epoch && nextSeq === seq + 1));
    return [nextEpoch, nextSeq];
  });

  const endless = await ask('2', { type: 'submit', sessionId: session, message: 'More', model: 'demo-t2000-i25' });
  const cancelled = await ask('3', { type: 'cancel', sessionId: session, turnId: endless.turnId });
  assert.equal(cancelled.status, 'cancelled');
  const refused = await ask('4', { type: 'subscribe', sessionId: `none-${session}` });
  assert.equal(refused.code, 'not_found');
  await new Promise((ponged) => socket.once('pong', ponged).ping('there?'));
  const code = await new Promise((ended) => socket.once('close', ended).close(1000));
  assert.equal(code, 1000);
});

test('a browser comes in by a token', async () => {
  const made = await fetch(`${KEYED_GATEWAY}/api/stream-tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ socket: true }),
  });
  const { token } = await made.json();
  const address = `${KEYED_GATEWAY.replace('http', 'ws')}/ws/chat`;
  const opens = (url) =>
    new Promise((told) => {
      const socket = new WebSocket(url);
      socket.on('open', () => (socket.close(), told(101)));
      socket.on('unexpected-response', (request, answer) => (request.destroy(), told(answer.statusCode)));
      socket.on('error', () => {});
    });
  assert.equal(await opens(`${address}?token=${token}`), 101);
  assert.equal(await opens(address), 401);
  assert.equal(await opens(`${address}?token=${KEY}`), 401);
});
