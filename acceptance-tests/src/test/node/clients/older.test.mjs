// The AI SDK's chat and transport of the versions before, with what docs/usechat.md tells them to send.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as ai5 from 'ai5';
import * as ai6 from 'ai6';
import { breakable, chatOf, saved, stop, text, textOf, until } from './chats.mjs';

const headers = { 'X-Relay-On-Takeover': 'mark' };

/** As docs/usechat.md shows it. */
function shown(message) {
  const from = message.parts.findLastIndex(part => part.type === 'data-relay-takeover');
  return textOf(message.parts.slice(from + 1));
}

for (const [version, ai] of Object.entries({ ai5, ai6 })) {
  const Chat = chatOf(ai);

  describe(version, { concurrency: true }, () => {
    test('streams an answer', async () => {
      const chat = new Chat({ model: 'demo-t20-i1-f0', headers });
      await chat.sendMessage({ text: 'Tell me a story' });

      assert.equal(chat.error, undefined);
      assert.equal(text(chat.messages[1]), text(await saved(chat)));
      assert.equal(chat.messages[1].metadata.relay.finishReason, 'stop');
    });

    test('resumes after a cut in mid-block, and shows the answer once', async () => {
      const { fetch, cut } = breakable();
      const chat = new Chat({ model: 'demo-t4000-i20-f0', headers, fetch });
      const sending = chat.sendMessage({ text: 'Tell me a story' });
      await until(() => chat.messages.length > 1 && text(chat.messages[1]));
      cut();
      await sending;
      assert.equal(chat.status, 'error');
      const before = text(chat.messages[1]);
      const resuming = chat.resumeStream();
      await until(() => shown(chat.messages[1]).length > before.length + 100);
      await stop(chat);
      await resuming;

      const whole = text(await saved(chat));
      assert.ok(whole.startsWith(before));
      assert.equal(shown(chat.messages[1]), whole);
    });

    test('is told of answers that begin anew, and shows the last', async () => {
      const chat = new Chat({ model: 'demo-t9-e5-f0', headers });
      await chat.sendMessage({ text: 'Tell me a story' });

      assert.equal(chat.lastMessage.metadata.relay.code, 'provider_unavailable');
      assert.equal(shown(chat.lastMessage), text(await saved(chat)));
      assert.ok(text(chat.lastMessage).length > shown(chat.lastMessage).length);
    });
  });
}
