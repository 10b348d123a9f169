// OpenAI's own SDK, with its base URL changed and nothing else, against the gateway at GATEWAY; KEYED_GATEWAY wants KEY.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import OpenAI, {
  APIConnectionError,
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  NotFoundError,
  RateLimitError,
  UnprocessableEntityError,
} from 'openai';
import { StreamRelay } from '@stream-relay/client';
import { cuttingProxy } from './cutting-proxy.mjs';
import { losingProxy } from './losing-proxy.mjs';

const GATEWAY = process.env.GATEWAY;
const QUICK = 'demo-t30-i5-f5';
const relay = new StreamRelay({ url: GATEWAY });

const clientOf = (url, options) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', ...options });
const client = clientOf(GATEWAY);

const asking = (model, content = 'Tell me a story') => ({ model, messages: [{ role: 'user', content }] });
const streaming = (...asked) => ({ ...asking(...asked), stream: true });
const create = (...asked) => client.chat.completions.create(...asked);

/** What a stream tells until it ends or breaks: {text, finish, usage, error}, as far as there is any. */
async function told(stream) {
  const all = { text: '' };
  try {
    for await (const chunk of stream) {
      const [choice] = chunk.choices;
      all.text += choice?.delta.content ?? '';
      if (choice?.finish_reason) all.finish = choice.finish_reason;
      if (chunk.usage) all.usage = chunk.usage;
    }
  } catch (error) {
    all.error = error;
  }
  return all;
}

/** The turn that an answer belongs to, as our own client has it. */
const turnOf = ({ headers }) => relay.resume(headers.get('x-relay-session'), headers.get('x-relay-turn'));

const WEATHER = {
  name: 'get_weather',
  description: 'The weather at a place',
  parameters: { type: 'object', properties: { place: { type: 'string' } } },
};
const tools = [{ type: 'function', function: WEATHER }];
const ASK_WEATHER = asking('demo-t5-i0-f0', 'Call get_weather');
const answered = (call, content) => ({ role: 'tool', tool_call_id: call.id, content });

describe('openai', { concurrency: true }, () => {
  test('gives the same answer whole, in chunks and by its own helper, with its usage', async () => {
    const { data, response } = await create(asking(QUICK)).withResponse();
    const usage = { prompt_tokens: 4, completion_tokens: 30, total_tokens: 34 };
    const text = data.choices[0].message.content;
    assert.equal(text, await turnOf(response).text());
    assert.equal(data.choices[0].finish_reason, 'stop');
    assert.deepEqual(data.usage, usage);

    const withUsage = { ...streaming(QUICK), stream_options: { include_usage: true } };
    assert.deepEqual(await told(await create(withUsage)), { text, finish: 'stop', usage });
    assert.equal((await told(await create(streaming(QUICK)))).usage, undefined);
    const helper = client.chat.completions.stream(withUsage);
    assert.equal(await helper.finalContent(), text);
    assert.deepEqual(await helper.totalUsage(), usage);
  });

  test('has its tool called, and says what it answered', async () => {
    const { message, finish_reason: finish } = (await create({ ...ASK_WEATHER, tools })).choices[0];
    assert.equal(finish, 'tool_calls');
    const [call] = message.tool_calls;
    assert.deepEqual([call.function.name, JSON.parse(call.function.arguments)], ['get_weather', { place: 'the mill' }]);
    const messages = [...ASK_WEATHER.messages, message, answered(call, 'sunny-4711')];

    const last = await create({ ...ASK_WEATHER, messages, tools });
    assert.match(last.choices[0].message.content, /sunny-4711/);
  });

  test('has its tool called in chunks', async () => {
    const { message, finish_reason: finish } = (
      await client.chat.completions.stream({ ...ASK_WEATHER, tools }).finalChatCompletion()
    ).choices[0];
    assert.equal(finish, 'tool_calls');
    const messages = [...ASK_WEATHER.messages, message, answered(message.tool_calls[0], 'rainy-4712')];

    const last = await told(await create({ ...ASK_WEATHER, messages, tools, stream: true }));
    assert.equal(last.finish, 'stop');
    assert.match(last.text, /rainy-4712/);
  });

  for (const stream of [false, true]) {
    test(`runs tools by itself, ${stream ? 'in chunks' : 'whole'}`, async () => {
      const places = [];
      const weather = { ...WEATHER, parse: JSON.parse, function: ({ place }) => places.push(place) && 'cloudless' };
      const asked = { ...ASK_WEATHER, stream, tools: [{ type: 'function', function: weather }] };

      assert.match(await client.chat.completions.runTools(asked).finalContent(), /cloudless/);
      assert.deepEqual(places, ['the mill']);
    });
  }

  test('throws its own errors for what is refused', async () => {
    const refused = { type: 'invalid_request_error', requestID: /./ };
    const messages = [{ role: 'alien', content: 'Hello' }];
    const wrong = { ...refused, status: 400, code: null };
    await assert.rejects(create({ model: QUICK, messages }), matching(BadRequestError, { ...wrong, param: 'messages[0].role' }));
    await assert.rejects(create({ ...asking(QUICK), n: 2 }), matching(BadRequestError, { ...wrong, param: 'n' }));
    const unknown = { ...refused, status: 404, code: 'model_not_found', param: 'model' };
    await assert.rejects(create(asking('nobody')), matching(NotFoundError, unknown));
    await assert.rejects(create(streaming('nobody')), matching(NotFoundError, unknown));
    await assert.rejects(client.models.retrieve('nobody'), matching(NotFoundError, unknown));
    const noRoute = { ...refused, status: 404, code: 'not_found' };
    await assert.rejects(client.embeddings.create({ model: QUICK, input: 'Hello' }), matching(NotFoundError, noRoute));
  });

  test('throws its own errors for what stands in the way', async () => {
    const headers = { 'x-relay-session': `openai-${randomUUID()}`, 'idempotency-key': randomUUID() };
    const { response } = await create(streaming('demo-t4000-i20-f0'), { headers }).withResponse();
    const other = { 'x-relay-session': headers['x-relay-session'] };
    const busy = { status: 409, code: 'session_busy' };
    await assert.rejects(create(asking(QUICK), { headers: other, maxRetries: 0 }), matching(ConflictError, busy));
    const mismatch = { status: 422, code: 'idempotency_mismatch' };
    await assert.rejects(create(asking(QUICK), { headers }), matching(UnprocessableEntityError, mismatch));
    await turnOf(response).cancel();
  });

  test('throws its own errors for a wrong key, and for too much', async () => {
    const { KEYED_GATEWAY, KEY } = process.env;
    const stranger = clientOf(KEYED_GATEWAY);
    const wrong = { status: 401, code: 'invalid_api_key', type: 'invalid_request_error' };
    await assert.rejects(stranger.chat.completions.create(asking(QUICK)), matching(AuthenticationError, wrong));
    await assert.rejects(stranger.models.list(), matching(AuthenticationError, wrong));

    const keyed = clientOf(KEYED_GATEWAY, { apiKey: KEY, maxRetries: 0 });
    const { response } = await keyed.chat.completions.create(streaming('demo-t4000-i20-f0')).withResponse();
    const over = { status: 429, code: 'rate_limit_exceeded', type: 'rate_limit_error' };
    await assert.rejects(keyed.chat.completions.create(asking(QUICK)), matching(RateLimitError, over));
    const session = response.headers.get('x-relay-session');
    await new StreamRelay({ url: KEYED_GATEWAY, key: KEY }).resume(session, response.headers.get('x-relay-turn')).cancel();
  });

  for (const [how, abort] of Object.entries({
    'a signal': (stream, controller) => controller.abort(),
    "the stream's controller": (stream) => stream.controller.abort(),
  })) {
    test(`leaves by ${how}, and the turn goes on`, async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const { data, response } = await create(streaming('demo-t200-i20-f0'), { signal }).withResponse();
      let text = '';
      for await (const chunk of data) {
        text += chunk.choices[0]?.delta.content ?? '';
        if (text) abort(data, controller);
      }

      const whole = await turnOf(response).text();
      assert.ok(whole.length > text.length && whole.startsWith(text));
    });
  }

  test('never takes half an answer for a whole one', async () => {
    for (const [model, code] of [['demo-t9-e0-f0', 'provider_unavailable'], ['demo-t9-e5-f0', 'taken_over']]) {
      const { error, finish } = await told(await create(streaming(model)));
      assert.ok(error instanceof APIError, `${error}`);
      assert.deepEqual([error.code, finish], [code, undefined]);
      await assert.rejects(client.chat.completions.stream(asking(model)).finalContent(), { code });
    }
    const failed = { status: 503, code: 'provider_unavailable', type: 'server_error' };
    await assert.rejects(create(asking('demo-t9-e5-f0'), { maxRetries: 0 }), matching(APIError, failed));
  });

  test('is told where an answer begins anew, if it asks for that', async () => {
    const stream = await create(streaming('demo-t9-e5-f0'), { headers: { 'x-relay-on-takeover': 'restart' } });
    const attempts = [];
    await assert.rejects(
      async () => {
        for await (const { relay } of stream) if (relay) attempts.push([relay.restart, relay.attempt]);
      },
      { code: 'provider_unavailable' },
    );
    assert.deepEqual(attempts, [[true, 2], [true, 3]]);
  });

  test('fails at a cut in mid-block; the rest is there natively, or under the same key', async (t) => {
    const proxy = await cuttingProxy(GATEWAY, [{ blocks: 5, bytes: 20 }]);
    t.after(proxy.close);
    const headers = { 'idempotency-key': randomUUID() };
    const asked = () => clientOf(proxy.url).chat.completions.create(streaming('demo-t200-i20-f0'), { headers }).withResponse();
    const { data, response } = await asked();
    const { text, error, finish } = await told(data);
    assert.ok(error, 'the answer looks whole');
    assert.equal(finish, undefined);

    const whole = await turnOf(response).text();
    assert.ok(text && whole.length > text.length && whole.startsWith(text));
    const again = await asked();
    assert.deepEqual(await told(again.data), { text: whole, finish: 'stop' });
    assert.equal(again.response.headers.get('x-relay-turn'), response.headers.get('x-relay-turn'));
  });

  for (const stream of [false, true]) {
    test(`sends again what got no answer, and has the turn of the first time, ${stream ? 'in chunks' : 'whole'}`, async (t) => {
      const proxy = await losingProxy(GATEWAY, 1);
      t.after(proxy.close);
      const asked = { ...asking('demo-t20-i20-f0', `Tell me ${randomUUID()}`), stream };
      const { data, response } = await clientOf(proxy.url).chat.completions.create(asked).withResponse();
      const text = stream ? (await told(data)).text : data.choices[0].message.content;

      assert.equal(proxy.turns.length, 2);
      assert.equal(proxy.turns[0], proxy.turns[1]);
      assert.equal(text, await turnOf(response).text());
    });
  }

  test('says so where nobody answers', async () => {
    const nobody = clientOf('http://127.0.0.1:1', { maxRetries: 0 });
    await assert.rejects(nobody.chat.completions.create(asking(QUICK)), APIConnectionError);
  });

  test('lists the models, and has one of them', async () => {
    const ids = [];
    for await (const { id } of client.models.list()) ids.push(id);
    assert.ok(ids.includes('demo'));
    const { id, object } = await client.models.retrieve('demo-t3');
    assert.deepEqual([id, object], ['demo-t3', 'model']);
  });
});

/** Whether what is thrown is of that class, and has these values; a pattern is matched. */
function matching(type, expected) {
  return (thrown) => {
    assert.equal(thrown.constructor === type || (type === APIError && thrown instanceof APIError), true, `${thrown.stack}`);
    for (const [field, value] of Object.entries(expected)) {
      if (value instanceof RegExp) assert.match(thrown[field], value);
      else assert.equal(thrown[field], value, field);
    }
    return true;
  };
}
