import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SseParser } from '../dist/sse.js';

/** What a decoder and a parser make of bytes that come in these pieces. */
function parsed(pieces) {
  const decoder = new TextDecoder();
  const parser = new SseParser();
  return pieces.flatMap((piece) => parser.push(decoder.decode(piece, { stream: true })));
}

const bytes = (text) => new TextEncoder().encode(text);

const WIRE = [
  '\uFEFFretry: 1234\n\n',
  ': a comment, then one line of data without a space, and an id last\n',
  'event: text\ndata:{"text":"größer 👩‍👩‍👧 \u2028 "}\nid: 7-1\n\n',
  'data: two\ndata: lines\n\n',
  'event\ndata\nunknown: field\n\n',
  'id: 7-2\n\n',
  'event: never dispatched, since it has no data\n\n',
  'data:  leading space, a: colon\nid: bad\0id\nretry: soon\n\n',
  'event: text\ndata: cut',
].join('');

const EVENTS = [
  { type: 'text', data: '{"text":"größer 👩‍👩‍👧 \u2028 "}', id: '7-1' },
  { type: 'message', data: 'two\nlines', id: undefined },
  { type: 'message', data: '', id: undefined },
  { type: 'message', data: ' leading space, a: colon', id: undefined },
];

for (const [name, lineEnd] of Object.entries({ LF: '\n', CR: '\r', CRLF: '\r\n' })) {
  const wire = bytes(WIRE.replaceAll('\n', lineEnd));

  test(`${name}: whole, and cut at every byte`, () => {
    for (let cut = 0; cut <= wire.length; cut++) {
      const events = parsed([wire.subarray(0, cut), wire.subarray(cut)]);
      assert.deepEqual(events, EVENTS, `cut at ${cut}`);
    }
  });

  test(`${name}: byte by byte, with empty pieces between`, () => {
    const pieces = Array.from(wire, (byte) => [Uint8Array.of(byte), new Uint8Array()]).flat();

    assert.deepEqual(parsed(pieces), EVENTS);
  });

  test(`${name}: what ends anywhere gives whole events only`, () => {
    for (let end = 0; end < wire.length; end++) {
      const events = parsed([wire.subarray(0, end)]);
      assert.deepEqual(events, EVENTS.slice(0, events.length), `ends at ${end}`);
    }
  });
}

test('lines may end differently in one stream', () => {
  assert.deepEqual(
    parsed([bytes('data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\r')]).map(({ data }) => data),
    ['a\nb\nc', 'd'],
  );
});

test('retry is taken at once, and only as a number', () => {
  const parser = new SseParser();

  parser.push('retry: 1234\n');
  assert.equal(parser.retry, 1234);
  parser.push('retry: 12e3\nretry: -1\nretry:\n');
  assert.equal(parser.retry, 1234);
});

test('random pieces', () => {
  const wire = bytes(WIRE);
  for (let seed = 1; seed <= 500; seed++) {
    const pieces = [];
    let random = seed;
    for (let from = 0; from < wire.length; ) {
      random = (random * 48271) % 2147483647;
      const to = from + (random % 9);
      pieces.push(wire.subarray(from, to));
      from = to;
    }
    assert.deepEqual(parsed(pieces), EVENTS, `seed ${seed}`);
  }
});
