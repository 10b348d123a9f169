// LangChain's ChatOpenAI, with its base URL changed and nothing else, against the gateway at GATEWAY.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { losingProxy } from './losing-proxy.mjs';

const GATEWAY = process.env.GATEWAY;
const QUICK = 'demo-t30-i5-f5';

const modelOf = (model, url = GATEWAY, options = {}) =>
  new ChatOpenAI({ model, apiKey: 'none', configuration: { baseURL: `${url}/v1` }, ...options });

async function streamed(model, input) {
  let all;
  for await (const chunk of await model.stream(input)) all = all ? all.concat(chunk) : chunk;
  return all;
}

const parameters = { type: 'object', properties: { place: { type: 'string' } } };
const tools = [{ type: 'function', function: { name: 'get_weather', description: 'The weather at a place', parameters } }];

const usingResponses = (model) => modelOf(model, GATEWAY, { useResponsesApi: true });

describe("@langchain/openai's responses", { concurrency: true }, () => {
  test('give the same answer whole and in chunks, with its usage', async () => {
    const whole = await usingResponses(QUICK).invoke('Tell me a story');
    const chunks = await streamed(usingResponses(QUICK), 'Tell me a story');

    assert.ok(whole.text.length > 50);
    assert.equal(chunks.text, whole.text);
    for (const { usage_metadata: usage } of [whole, chunks]) {
      assert.deepEqual([usage.input_tokens, usage.output_tokens, usage.total_tokens], [4, 30, 34]);
    }
  });

  for (const [how, ask] of Object.entries({ whole: (model, input) => model.invoke(input), 'in chunks': streamed })) {
    for (const knobs of ['', '-reasoning']) {
      test(`have a tool called, and say what it answered, ${how}${knobs && ', thinking aloud'}`, async () => {
        const model = usingResponses(`demo-t5-i0-f0${knobs}`).bindTools(tools);
        const question = new HumanMessage('Call get_weather');
        const called = await ask(model, [question]);
        const [{ id, name, args }] = called.tool_calls;
        assert.deepEqual([name, args], ['get_weather', { place: 'the mill' }]);

        const result = new ToolMessage({ tool_call_id: id, content: 'sunny-4711' });
        assert.match((await ask(model, [question, called, result])).text, /get_weather answered: "sunny-4711"/);
      });
    }
  }

  test('fill in an object where they are asked for one', async () => {
    const model = usingResponses('demo-t5-i0-f0').withStructuredOutput({ title: 'weather', ...parameters }, { method: 'functionCalling' });

    assert.deepEqual(await model.invoke('Where?'), { place: 'the mill' });
  });

  test('throw what is refused, and half an answer', async () => {
    await assert.rejects(usingResponses('nobody').invoke('Hello'), { status: 404, code: 'model_not_found' });
    await assert.rejects(streamed(usingResponses('demo-t9-e5-f0'), 'Hello'));
  });
});

describe('@langchain/openai', { concurrency: true }, () => {
  test('gives the same answer whole and in chunks, with its usage', async () => {
    const whole = await modelOf(QUICK).invoke('Tell me a story');
    const chunks = await streamed(modelOf(QUICK), 'Tell me a story');

    assert.ok(whole.text.length > 50);
    assert.equal(chunks.text, whole.text);
    for (const { usage_metadata: usage, response_metadata: metadata } of [whole, chunks]) {
      assert.deepEqual([usage.input_tokens, usage.output_tokens, usage.total_tokens], [4, 30, 34]);
      assert.deepEqual([metadata.finish_reason, metadata.model_name], ['stop', QUICK]);
    }
  });

  for (const [how, ask] of Object.entries({ whole: (model, input) => model.invoke(input), 'in chunks': streamed })) {
    test(`has its tool called, and says what it answered, ${how}`, async () => {
      const model = modelOf('demo-t5-i0-f0').bindTools(tools);
      const question = new HumanMessage('Call get_weather');
      const called = await ask(model, [question]);
      const [{ id, name, args }] = called.tool_calls;
      assert.deepEqual([name, args], ['get_weather', { place: 'the mill' }]);

      const result = new ToolMessage({ tool_call_id: id, content: 'sunny-4711' });
      assert.match((await ask(model, [question, called, result])).text, /sunny-4711/);
    });
  }

  test('fills in an object where it asks for one', async () => {
    const model = modelOf('demo-t5-i0-f0').withStructuredOutput({ title: 'weather', ...parameters }, { method: 'functionCalling' });

    assert.deepEqual(await model.invoke('Where?'), { place: 'the mill' });
  });

  test('throws what is refused, and half an answer', async () => {
    await assert.rejects(modelOf('nobody').invoke('Hello'), { status: 404, code: 'model_not_found', lc_error_code: 'MODEL_NOT_FOUND' });
    await assert.rejects(streamed(modelOf('demo-t9-e5-f0'), 'Hello'), { code: 'taken_over' });
  });

  test('has the answer of the first time where it repeats under a key', async (t) => {
    const proxy = await losingProxy(GATEWAY, 1);
    t.after(proxy.close);
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await modelOf(QUICK, proxy.url).invoke('Tell me a story', { options: { headers } });

    assert.ok(answer.text.length > 50);
    assert.equal(proxy.turns.length, 2);
    assert.equal(proxy.turns[0], proxy.turns[1]);
  });
});
