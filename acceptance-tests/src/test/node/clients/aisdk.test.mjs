// The AI SDK's model for OpenAI, which speaks responses, with its base URL changed and nothing else, against GATEWAY.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, isStepCount, jsonSchema, streamText, tool } from 'ai';

const sent = [];
const openai = createOpenAI({
  baseURL: `${process.env.GATEWAY}/v1`,
  apiKey: 'none',
  fetch: (url, options) => {
    sent.push(JSON.parse(options.body));
    return fetch(url, options);
  },
});

const QUICK = 'demo-t30-i5-f5';
const weather = (places) =>
  tool({
    description: 'The weather at a place',
    inputSchema: jsonSchema({ type: 'object', properties: { place: { type: 'string' } }, additionalProperties: false }),
    execute: async ({ place }) => {
      places.push(place);
      return 'cloudless-4713';
    },
  });

describe('@ai-sdk/openai', () => {
  test('gives the same answer whole and streamed, with its usage', async () => {
    const whole = await generateText({ model: openai(QUICK), prompt: 'Tell me a story' });
    const stream = streamText({ model: openai(QUICK), prompt: 'Tell me a story' });

    assert.ok(whole.text.length > 50);
    assert.equal(await stream.text, whole.text);
    for (const { inputTokens, outputTokens } of [whole.usage, await stream.usage]) {
      assert.deepEqual([inputTokens, outputTokens], [4, 30]);
    }
    assert.equal(await stream.finishReason, 'stop');
  });

  for (const knobs of ['', '-reasoning']) {
    test(`runs a tool, and says what it answered${knobs && ', thinking aloud'}`, async () => {
      const places = [];
      const stream = streamText({
        model: openai(`demo-t5-i0-f0${knobs}`),
        prompt: 'Call get_weather',
        tools: { get_weather: weather(places) },
        stopWhen: isStepCount(4),
      });

      assert.match(await stream.text, /get_weather answered: "cloudless-4713"/);
      assert.deepEqual(places, ['the mill']);
      assert.equal((await stream.steps).length, 2);
      if (knobs) assert.ok((await stream.steps)[0].reasoningText);
    });
  }

  test('refers to the items of earlier answers', async () => {
    const model = openai(QUICK);
    const messages = [{ role: 'user', content: 'Tell me a story' }];
    const first = await generateText({ model, messages });
    messages.push(...first.responseMessages, { role: 'user', content: 'And then?' });
    const second = await generateText({ model, messages });

    assert.deepEqual(sent.at(-1).input.map(({ type }) => type), [undefined, 'item_reference', undefined]);
    assert.equal(second.usage.inputTokens, 4 + first.text.trim().split(/\s+/).length + 2);
  });

  test('sends the items themselves where nothing is to be kept', async () => {
    const providerOptions = { openai: { store: false } };
    const stream = streamText({
      model: openai('demo-t5-i0-f0'),
      prompt: 'Call get_weather',
      tools: { get_weather: weather([]) },
      stopWhen: isStepCount(4),
      providerOptions,
    });

    assert.match(await stream.text, /cloudless-4713/);
    assert.equal(sent.at(-1).store, false);
  });

  test('throws what is refused, and half an answer', async () => {
    await assert.rejects(generateText({ model: openai('nobody'), prompt: 'Hello', maxRetries: 0 }), { statusCode: 404 });
    const errors = [];
    const stream = streamText({ model: openai('demo-t9-e5-f0'), prompt: 'Hello', maxRetries: 0, onError: ({ error }) => errors.push(error) });
    await stream.consumeStream();
    assert.ok(errors.length > 0, 'half an answer looks whole');
  });
});
