// The responses of OpenAI's own SDK, with its base URL changed and nothing else, against the gateway at GATEWAY.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import OpenAI, { BadRequestError, NotFoundError } from 'openai';
import { StreamRelay } from '@stream-relay/client';
import { cuttingProxy } from './cutting-proxy.mjs';
import { losingProxy } from './losing-proxy.mjs';

const GATEWAY = process.env.GATEWAY;
const QUICK = 'demo-t30-i5-f5';
const PACED = 'demo-t60-i20-f20';
const LONG = 'demo-t4000-i20-f0';
const relay = new StreamRelay({ url: GATEWAY });

const clientOf = (url, options) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', ...options });
const client = clientOf(GATEWAY);
const { responses } = client;

const asking = (model, more) => ({ model, input: 'Tell me a story', ...more });
const words = (text) => text.trim().split(/\s+/).length;

/** What a stream tells until it ends or breaks: {events, text, last, response, error}, as far as there is any. */
async function told(stream) {
  const all = { events: [], text: '' };
  try {
    for await (const event of stream) {
      all.events.push(event);
      all.last = event.sequence_number;
      if (event.type === 'response.output_text.delta') all.text += event.delta;
      if (event.response) all.response = event.response;
    }
  } catch (error) {
    all.error = error;
  }
  return all;
}

const resumed = async (id, after, at = client) => told(await at.responses.retrieve(id, { stream: true, starting_after: after }));
const numbers = ({ events }) => events.map((event) => event.sequence_number);
const assertDense = (all) => assert.deepEqual(numbers(all), [...numbers(all).keys()]);

async function ended(id) {
  for (;;) {
    const response = await responses.retrieve(id);
    if (!['queued', 'in_progress'].includes(response.status)) return response;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const WEATHER = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather at a place',
  parameters: { type: 'object', properties: { place: { type: 'string' } } },
  strict: false,
};
const ASK_WEATHER = { model: 'demo-t5-i0-f0', input: 'Call get_weather', tools: [WEATHER] };
const callOf = ({ output }) => output.find(({ type }) => type === 'function_call');
const answered = (call, output) => ({ type: 'function_call_output', call_id: call.call_id, output });

describe("openai's responses", { concurrency: true }, () => {
  test('give the same answer whole, by events and by their own helper', async () => {
    const { data, response } = await responses.create(asking(QUICK)).withResponse();
    assert.equal(data.status, 'completed');
    assert.equal(data.output_text, await relay.resume(response.headers.get('x-relay-session'), response.headers.get('x-relay-turn')).text());
    assert.deepEqual([data.usage.input_tokens, data.usage.output_tokens, data.usage.total_tokens], [4, 30, 34]);

    const all = await told(await responses.create(asking(QUICK, { stream: true })));
    assert.equal(all.error, undefined);
    assertDense(all);
    assert.equal(all.text, data.output_text);
    assert.equal((await responses.retrieve(all.response.id)).output_text, all.text);

    const helper = responses.stream(asking(QUICK));
    let snapshot;
    helper.on('response.output_text.delta', (event) => (snapshot = event.snapshot));
    const final = await helper.finalResponse();
    assert.deepEqual([final.status, final.output_text, snapshot], ['completed', all.text, all.text]);
  });

  test('run in the background, and are asked for until they are done', async () => {
    const begun = await responses.create(asking('demo-t60-i20-f3000', { background: true }));
    assert.ok(['queued', 'in_progress'].includes(begun.status), begun.status);
    const whole = await ended(begun.id);
    assert.equal(whole.status, 'completed');
    assert.ok(whole.output_text.length > 100);
    assert.equal((await resumed(begun.id)).text, whole.output_text);
  });

  for (const background of [false, true]) {
    for (const blocks of [0, 1, 4, 12]) {
      test(`go on after a cut in the middle of event ${blocks}${background ? ', in the background' : ''}`, async (t) => {
        const proxy = await cuttingProxy(GATEWAY, [{ blocks, bytes: 20 }]);
        t.after(proxy.close);
        const headers = { 'idempotency-key': randomUUID() };
        const asked = () => clientOf(proxy.url).responses.create(asking(PACED, { background, stream: true }), { headers });
        const first = await told(await asked());
        assert.equal(proxy.cut(), 1);
        assert.equal(first.events.length, blocks);
        assert.ok(first.error, 'half an answer looks whole');

        const rest = first.events.length ? await resumed(first.response.id, first.last) : await told(await asked());
        assert.equal(rest.error, undefined);
        const all = { events: [...first.events, ...rest.events] };
        assertDense(all);
        assert.equal(all.events.at(-1).type, 'response.completed');
        assert.equal(first.text + rest.text, (await responses.retrieve(rest.response.id)).output_text);
      });
    }
  }

  test('go on by their own helper', async () => {
    const whole = await told(await responses.create(asking(QUICK, { stream: true })));
    const helper = responses.stream({ response_id: whole.response.id, starting_after: 5 });
    const seen = [];
    for await (const event of helper) seen.push(event.sequence_number);
    assert.deepEqual(seen, numbers(whole).slice(6));
    assert.equal((await helper.finalResponse()).output_text, whole.text);
  });

  test('are cancelled, for all who read them', async () => {
    const begun = await responses.create(asking(LONG, { background: true }));
    const reading = resumed(begun.id);
    const cancelled = await responses.cancel(begun.id);
    assert.equal(cancelled.status, 'cancelled');
    const all = await reading;
    assert.deepEqual([all.events.at(-1).type, all.response.status], ['response.incomplete', 'cancelled']);
    assert.equal((await responses.cancel(begun.id)).status, 'cancelled');
    assert.equal((await responses.retrieve(begun.id)).status, 'cancelled');
  });

  test('are deleted for good', async () => {
    const { id } = await responses.create(asking(QUICK));
    await responses.delete(id);
    await assert.rejects(responses.retrieve(id), NotFoundError);
    await assert.rejects(responses.delete(id), NotFoundError);
    await assert.rejects(responses.create(asking(QUICK, { previous_response_id: id })), { status: 400, param: 'previous_response_id' });
  });

  test('go on from a previous one, which the model sees', async () => {
    const first = await responses.create(asking(QUICK));
    const asked = asking(QUICK, { previous_response_id: first.id, input: 'And then?' });
    const second = await responses.create(asked);
    const fork = await told(await responses.create({ ...asked, stream: true }));
    for (const response of [second, fork.response]) {
      assert.equal(response.previous_response_id, first.id);
      assert.equal(response.usage.input_tokens, 4 + words(first.output_text) + 2);
    }
    const { data } = await responses.inputItems.list(second.id);
    assert.ok(JSON.stringify(data).includes('And then?'));
  });

  test('refer to items of earlier answers, or send them back', async () => {
    const first = await responses.create(asking(QUICK));
    const [message] = first.output;
    for (const item of [message, { type: 'item_reference', id: message.id }]) {
      const input = [{ role: 'user', content: 'Tell me a story' }, item, { role: 'user', content: 'And then?' }];
      const second = await responses.create({ model: QUICK, input });
      assert.equal(second.usage.input_tokens, 4 + words(first.output_text) + 2);
    }
    const nobodys = [{ type: 'item_reference', id: message.id.replaceAll(/[0-9]/g, '0') }, { role: 'user', content: 'And?' }];
    await assert.rejects(responses.create({ model: QUICK, input: nobodys }), { status: 400, param: 'input' });
  });

  for (const stream of [false, true]) {
    const ask = async (asked) => {
      const answer = await responses.create({ ...asked, stream });
      return stream ? (await told(answer)).response : answer;
    };
    test(`have a tool called, and say what it answered, ${stream ? 'by events' : 'whole'}`, async () => {
      const first = await ask(ASK_WEATHER);
      const call = callOf(first);
      assert.deepEqual([call.name, JSON.parse(call.arguments)], ['get_weather', { place: 'the mill' }]);
      const textOf = ({ output }) => output.flatMap(({ content }) => content ?? []).map(({ text }) => text).join('');

      const after = await ask({ ...ASK_WEATHER, previous_response_id: first.id, input: [answered(call, 'sunny-4711')] });
      assert.match(textOf(after), /get_weather answered: "sunny-4711"/);
      const references = first.output.map(({ id }) => ({ type: 'item_reference', id }));
      for (const items of [first.output, references]) {
        const input = [{ role: 'user', content: ASK_WEATHER.input }, ...items, answered(call, 'rainy-4712')];
        assert.match(textOf(await ask({ ...ASK_WEATHER, input })), /get_weather answered: "rainy-4712"/);
      }
    });
  }

  test('think aloud in an item of its own', async () => {
    const asked = asking(`${QUICK}-reasoning`, { reasoning: { effort: 'low', summary: 'auto' }, stream: true });
    const { events, response, text } = await told(await responses.create(asked));
    const thought = events.filter(({ type }) => type === 'response.reasoning_summary_text.delta').map(({ delta }) => delta);
    assert.deepEqual(response.output.map(({ type }) => type), ['reasoning', 'message']);
    assert.equal(response.output[0].summary[0].text, thought.join(''));
    assert.ok(thought.length > 0 && text);
  });

  test('throw their own errors for what is refused', async () => {
    const refused = [
      [{ conversation: 'conv_1' }, 'conversation'],
      [{ tools: [{ type: 'web_search' }] }, 'tools[0].type'],
      [{ input: [{ type: 'computer_call_output', call_id: 'c', output: {} }] }, 'input[0].type'],
      [{ top_logprobs: 2 }, 'top_logprobs'],
    ];
    for (const [more, param] of refused) {
      await assert.rejects(responses.create(asking(QUICK, more)), (error) => {
        assert.deepEqual([error instanceof BadRequestError, error.param, error.type], [true, param, 'invalid_request_error']);
        return true;
      });
    }
    await assert.rejects(responses.create(asking('nobody')), { status: 404, code: 'model_not_found' });
    await assert.rejects(responses.retrieve('resp_nobody'), NotFoundError);
  });

  test('never pass half an answer off as a whole one', async () => {
    const failed = await told(await responses.create(asking('demo-t9-e0-f0', { stream: true })));
    assert.deepEqual([failed.events.at(-1).type, failed.response.status], ['response.failed', 'failed']);
    assert.equal((await responses.retrieve(failed.response.id)).status, 'failed');

    const anew = await told(await responses.create(asking('demo-t9-e5-f0', { stream: true })));
    assert.deepEqual([anew.error?.code, anew.response.status], ['taken_over', 'in_progress']);
  });

  test('send again what got no answer, and have the turn of the first time', async (t) => {
    const proxy = await losingProxy(GATEWAY, 1);
    t.after(proxy.close);
    const input = `Tell me ${randomUUID()}`;
    const { output_text: text } = await clientOf(proxy.url).responses.create({ model: 'demo-t20-i20-f0', input });
    assert.equal(proxy.turns.length, 2);
    assert.equal(proxy.turns[0], proxy.turns[1]);
    assert.ok(text);
  });

  test('read what was begun natively, and are followed and cancelled there', async () => {
    const session = `responses-${randomUUID()}`;
    const turn = await relay.send(session, { message: 'Tell me a story', model: PACED });
    const all = await resumed(`resp_${turn.id}`);
    assert.equal(all.text, await turn.text());
    assertDense(all);

    const headers = { 'x-relay-session': `${session}-2` };
    const begun = await responses.create(asking(LONG, { background: true }), { headers });
    const native = relay.resume(`${session}-2`, begun.id.slice('resp_'.length));
    for await (const event of native) if (event.type === 'text') break;
    await native.cancel();
    assert.equal((await ended(begun.id)).status, 'cancelled');
  });
});
