// The AI SDK's chat and transport, as useChat has them, against the gateway at GATEWAY.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ai from 'ai';
import { breakable, chatOf, saved, stop, text, until, url } from './chats.mjs';

const Chat = chatOf(ai);

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
  const { fetch, cut } = breakable();
  const chat = new Chat({ model: 'demo-t200-i20-f0', fetch });
  const sending = chat.sendMessage({ text: 'Tell me a story' });
  await until(() => chat.messages.length > 1 && text(chat.messages[1]));
  cut();
  await sending;
  assert.equal(chat.status, 'error');
  const before = text(chat.messages[1]);

  const tab = new Chat({ id: chat.id });
  await Promise.all([chat.resumeStream(), tab.resumeStream()]);
  assert.equal(chat.error, undefined);
  assert.equal(tab.error, undefined);

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
    sendAutomaticallyWhen: ai.lastAssistantMessageIsCompleteWithToolCalls,
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
