// The AI SDK's hook in React, rendered into a document without a browser.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { Window } from 'happy-dom';
import { api, breakable, saved, stop, text, until } from './chats.mjs';

const window = new Window();
Object.assign(globalThis, { window, document: window.document });
globalThis.navigator ??= window.navigator; // node has one from 21 on

const { createElement } = await import('react');
const { createRoot } = await import('react-dom/client');
const { useChat } = await import('@ai-sdk/react');
const { DefaultChatTransport, lastAssistantMessageIsCompleteWithToolCalls } = await import('ai');

/** A page with a chat in it: `chat` is what the hook said last, `shown` what there is to see. */
class Page {
  #place = document.body.appendChild(document.createElement('main'));
  #root = createRoot(this.#place);

  constructor({ id = `react-${randomUUID()}`, model, body, fetch, ...options }) {
    this.id = id;
    const transport = new DefaultChatTransport({ api, body: { model, ...body }, fetch });
    const View = () => {
      this.chat = useChat({ id, transport, ...options });
      return this.chat.messages.map(message => createElement('p', { key: message.id }, text(message)));
    };
    this.#root.render(createElement(View));
  }

  async ready() {
    await until(() => this.chat);
    return this;
  }

  get shown() {
    return Array.from(this.#place.querySelectorAll('p'), ({ textContent }) => textContent);
  }

  close() {
    this.#root.unmount();
  }
}

const open = options => new Page(options).ready();

describe('useChat', { concurrency: true }, () => {
  test('sends, and shows the answer as it comes', async () => {
    const page = await open({ model: 'demo-t200-i20-f0' });
    const sending = page.chat.sendMessage({ text: 'Tell me a story' });
    await until(() => page.shown[1]);
    const [, begun] = page.shown;
    await sending;
    await until(() => page.chat.status === 'ready');

    const whole = text(await saved(page));
    assert.deepEqual(page.shown, ['Tell me a story', whole]);
    assert.ok(begun.length < whole.length && whole.startsWith(begun));
    page.close();
  });

  test('resumes where a page is loaded anew, in two tabs at once', async () => {
    const before = await open({ model: 'demo-t4000-i20-f0' });
    before.chat.sendMessage({ text: 'Tell me a story' });
    await until(() => before.shown[1]?.length > 10);
    const [messages, half] = [before.chat.messages.slice(0, 1), before.shown[1]];
    before.close();

    const after = await Promise.all([1, 2].map(() => open({ id: before.id, messages, resume: true })));
    await until(() => after.every(({ shown }) => shown[1]?.length > half.length));
    await stop(before);
    await until(() => after.every(({ chat }) => chat.status === 'ready'));

    const whole = text(await saved(before));
    assert.ok(whole.startsWith(half));
    for (const page of after) {
      assert.deepEqual([page.shown[1], page.chat.error], [whole, undefined]);
      page.close();
    }
  });

  test('has nothing to resume in a chat that is new', async () => {
    const answers = [];
    const asked = async (input, init) => {
      const answer = await fetch(input, init);
      answers.push(answer.status);
      return answer;
    };
    const page = await open({ resume: true, fetch: asked });
    await until(() => answers.length > 0 && page.chat.status === 'ready');

    assert.equal(answers[0], 204);
    assert.deepEqual([page.chat.error, page.shown], [undefined, []]);
    page.close();
  });

  test('stops, and the turn with it', async () => {
    const page = await open({ model: 'demo-t4000-i20-f0' });
    const sending = page.chat.sendMessage({ text: 'Tell me a story' });
    await until(() => page.shown[1]?.length > 10);
    await page.chat.stop();
    assert.equal((await stop(page)).status, 'cancelled');
    await sending;
    await until(() => page.chat.status === 'ready');

    assert.ok(text(await saved(page)).startsWith(page.shown[1]));
    page.close();
  });

  test('is in error after a cut in mid-block, and goes on when it is told to', async () => {
    const { fetch, cut } = breakable();
    const page = await open({ model: 'demo-t4000-i20-f0', fetch });
    page.chat.sendMessage({ text: 'Tell me a story' });
    await until(() => page.shown[1]);
    cut();
    await until(() => page.chat.status === 'error');
    const [, half] = page.shown;
    page.chat.resumeStream();
    await until(() => page.shown[1].length > half.length);
    await stop(page);
    await until(() => page.chat.status === 'ready');

    const whole = text(await saved(page));
    assert.ok(whole.startsWith(half));
    assert.deepEqual(page.shown, ['Tell me a story', whole]);
    page.close();
  });

  test('shows failures and refusals', async () => {
    const failing = await open({ model: 'demo-t9-e0-f0' });
    failing.chat.sendMessage({ text: 'Hello' });
    const refused = await open({ model: 'nobody' });
    refused.chat.sendMessage({ text: 'Hello' });
    await until(() => failing.chat.error && refused.chat.error);

    assert.equal(failing.chat.messages.at(-1).metadata.relay.code, 'provider_unavailable');
    assert.equal(JSON.parse(refused.chat.error.message).code, 'unknown_model');
    failing.close();
    refused.close();
  });

  test('has a tool part, and goes on with what was answered', async () => {
    const parameters = { type: 'object', properties: { place: { type: 'string' } } };
    const page = await open({
      model: 'demo-t5-i0-f0',
      body: { tools: [{ name: 'get_weather', parameters }] },
      sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
      onToolCall: ({ toolCall: { toolName: tool, toolCallId } }) => {
        page.chat.addToolOutput({ tool, toolCallId, output: { sky: 'cloudless' } });
      },
    });
    page.chat.sendMessage({ text: 'Call get_weather' });
    await until(() => page.chat.error || /cloudless/.test(page.shown.at(-1)));

    const part = page.chat.messages[1].parts.find(({ type }) => type === 'tool-get_weather');
    assert.equal(page.chat.error, undefined);
    assert.deepEqual([part.state, part.input, part.output], ['output-available', { place: 'the mill' }, { sky: 'cloudless' }]);
    page.close();
  });
});
