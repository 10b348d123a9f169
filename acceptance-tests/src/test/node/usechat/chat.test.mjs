// The AI SDK's chat and transport, as useChat has them, against the gateway at RELAY_URL.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { AbstractChat, DefaultChatTransport, lastAssistantMessageIsCompleteWithToolCalls } from 'ai';

const url = process.env.RELAY_URL;
const api = `${url}/api/ui/chat`;

/** What frameworks keep in their own stores. */
class State {
  status = 'ready';
  error = undefined;
  messages = [];
  pushMessage = message => this.messages.push(structuredClone(message));
  popMessage = () => this.messages.pop();
  replaceMessage = (index, message) => (this.messages[index] = structuredClone(message));
  snapshot = value => structuredClone(value);
}

class Chat extends AbstractChat {
  constructor({ id = `chat-${randomUUID()}`, model, body, fetch, ...options }) {
    const transport = new DefaultChatTransport({ api, body: { model, ...body }, fetch });
    super({ id, transport, state: new State(), ...options });
  }
}

const text = message =>
  message.parts
    .filter(part => part.type === 'text')
    .map(part => part.text)
    .join('');

const json = async path => (await fetch(url + path)).json();

async function saved(chat) {
  const { items } = await json(`/api/chat/${chat.id}/messages`);
  return items.find(item => item.role === 'assistant');
}

const stop = async chat => (await fetch(`${api}/${chat.id}/stop`, { method: 'POST' })).json();

async function until(condition) {
  const end = Date.now() + 20_000;
  while (!condition()) {
    assert.ok(Date.now() < end, `not within 20 s: ${condition}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** A fetch whose answer to a POST breaks after so many bytes, as a network does. */
const cutAfter = bytes => async (input, init) => {
  const response = await fetch(input, init);
  if (init.method !== 'POST') return response;
  const reader = response.body.getReader();
  let left = bytes;
  const body = new ReadableStream({
    async pull(controller) {
      const { value, done } = await reader.read();
      if (done) return controller.close();
      if (value.length < left) {
        left -= value.length;
        return controller.enqueue(value);
      }
      controller.enqueue(value.subarray(0, left));
      await reader.cancel();
      controller.error(new TypeError('network error'));
    },
  });
  return new Response(body, response);
};

test('streams an answer, and regenerates it', async () => {
  const chat = new Chat({ model: 'demo-t20-i1-f0' });
  await chat.sendMessage({ text: 'Tell me a story' });

  assert.equal(chat.error, undefined);
  const [, answer] = chat.messages;
  const message = await saved(chat);
  assert.equal(text(answer), text(message));
  assert.equal(answer.id, message.turnId);
  assert.equal(answer.metadata.relay.finishReason, 'stop');

  await chat.regenerate();
  assert.equal(chat.messages.length, 2);
  assert.notEqual(chat.messages[1].id, answer.id);
});

test('resumes after a cut in mid-block, and in two tabs at once', async () => {
  const chat = new Chat({ model: 'demo-t80-i20-f0', fetch: cutAfter(700) });
  await chat.sendMessage({ text: 'Tell me a story' });
  assert.equal(chat.status, 'error');
  const before = text(chat.messages[1]);

  const tab = new Chat({ id: chat.id });
  await Promise.all([chat.resumeStream(), tab.resumeStream()]);

  const whole = text(await saved(chat));
  assert.ok(before.length > 0 && before.length < whole.length);
  assert.equal(text(chat.messages[1]), whole);
  assert.equal(chat.messages.length, 2);
  assert.equal(text(tab.messages[0]), whole);
});

test('follows what was begun natively, and is told of its end by another', async () => {
  const chat = new Chat({});
  await fetch(`${url}/api/chat/${chat.id}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ message: 'Tell me a story', model: 'demo-t2000-i20-f0' }),
  });
  const following = chat.resumeStream();
  await until(() => chat.messages.length > 0 && text(chat.messages[0]).length > 10);
  await fetch(`${url}/api/chat/${chat.id}/cancel`, { method: 'POST' });
  await following;

  assert.equal(chat.error, undefined);
  assert.equal(chat.messages[0].metadata.relay.by, 'owner');
  assert.equal(text(chat.messages[0]), text(await saved(chat)));
});

test('stops, and goes on with another message', async () => {
  const chat = new Chat({ model: 'demo-t2000-i20-f0' });
  const sending = chat.sendMessage({ text: 'Tell me a story' });
  await until(() => chat.messages.length > 1 && text(chat.messages[1]).length > 10);
  await chat.stop();
  await sending;
  assert.equal((await stop(chat)).status, 'cancelled');

  await chat.sendMessage({ text: 'A short one' }, { body: { model: 'demo-t5-i0-f0' } });
  assert.equal(chat.error, undefined);
  assert.equal(chat.messages.length, 4);
});

test('has nothing to resume in a chat that is new', async () => {
  const chat = new Chat({});
  await chat.resumeStream();
  assert.equal(chat.status, 'ready');
});

test('shows failures and refusals', async () => {
  const failing = new Chat({ model: 'demo-t9-e0-f0' });
  await failing.sendMessage({ text: 'Hello' });
  assert.equal(failing.status, 'error');
  assert.equal(failing.lastMessage.metadata.relay.code, 'provider_unavailable');

  const refused = new Chat({ model: 'nobody' });
  await refused.sendMessage({ text: 'Hello' });
  assert.equal(JSON.parse(refused.error.message).code, 'unknown_model');
});

test('has its tool called and says what it answered', async () => {
  const chat = new Chat({
    model: 'demo-t5-i0-f0',
    body: { tools: [{ name: 'get_weather', parameters: { type: 'object', properties: { place: { type: 'string' } } } }] },
    sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
    onToolCall: ({ toolCall }) => {
      assert.equal(typeof toolCall.input, 'object');
      chat.addToolOutput({ tool: toolCall.toolName, toolCallId: toolCall.toolCallId, output: { sky: 'cloudless' } });
    },
  });
  await chat.sendMessage({ text: 'Call get_weather' });
  await until(() => chat.error || /cloudless/.test(text(chat.lastMessage)));

  assert.equal(chat.error, undefined);
  assert.ok(chat.messages.flatMap(message => message.parts).some(part => part.type === 'tool-get_weather'));
});
