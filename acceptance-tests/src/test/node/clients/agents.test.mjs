// OpenAI's Agents SDK, which speaks responses, with its base URL changed and nothing else, against the gateway at GATEWAY.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Agent, OpenAIProvider, Runner, tool } from '@openai/agents';

const modelProvider = new OpenAIProvider({ baseURL: `${process.env.GATEWAY}/v1`, apiKey: 'none', useResponses: true });
const runner = new Runner({ modelProvider, tracingDisabled: true });
const QUICK = 'demo-t30-i5-f5';
const weather = tool({
  name: 'get_weather',
  description: 'The weather at a place',
  parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'], additionalProperties: false },
  strict: true,
  execute: async ({ place }) => `windy-4714 at ${place}`,
});
const words = (text) => text.trim().split(/\s+/).length;

describe('@openai/agents', { concurrency: true }, () => {
  for (const stream of [false, true]) {
    const run = async (...asked) => {
      const result = await runner.run(...asked, { stream });
      if (stream) await result.completed;
      return result;
    };
    const how = stream ? 'streamed' : 'whole';

    test(`answers, and goes on in the same conversation, ${how}`, async () => {
      const agent = new Agent({ name: 'Teller', instructions: 'Be brief.', model: QUICK });
      const first = await run(agent, 'Tell me a story');
      const second = await run(agent, [...first.history, { role: 'user', content: 'And then?' }]);

      assert.ok(first.finalOutput.length > 50);
      assert.equal(second.rawResponses.at(-1).usage.inputTokens, 2 + 4 + words(first.finalOutput) + 2);
    });

    test(`runs a tool, and says what it answered, ${how}`, async () => {
      const agent = new Agent({ name: 'Forecaster', model: 'demo-t5-i0-f0', tools: [weather] });
      const { finalOutput } = await run(agent, 'Call get_weather');

      assert.match(finalOutput, /get_weather answered: "windy-4714 at the mill"/);
    });
  }

  test('goes on from a previous response', async () => {
    const agent = new Agent({ name: 'Teller', model: QUICK });
    const first = await runner.run(agent, 'Tell me a story');
    const second = await runner.run(agent, 'And then?', { previousResponseId: first.lastResponseId });

    assert.equal(second.rawResponses.at(-1).usage.inputTokens, 4 + words(first.finalOutput) + 2);
  });
});
