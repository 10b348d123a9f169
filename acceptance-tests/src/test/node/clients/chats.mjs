/** What is common to the AI SDK's chats here, of whatever version. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

export const url = process.env.GATEWAY;
export const api = `${url}/api/ui/chat`;

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

/** The chat of a version of `ai`, with its own transport. */
export const chatOf = ({ AbstractChat, DefaultChatTransport }) =>
  class extends AbstractChat {
    constructor({ id = `chat-${randomUUID()}`, model, body, headers, fetch, ...options }) {
      const transport = new DefaultChatTransport({ api, body: { model, ...body }, headers, fetch });
      super({ id, transport, state: new State(), ...options });
    }
  };

export const textOf = parts =>
  parts
    .filter(part => part.type === 'text')
    .map(part => part.text)
    .join('');

export const text = message => textOf(message.parts);

export async function saved({ id }) {
  const { items } = await (await fetch(`${url}/api/chat/${id}/messages`)).json();
  return items.find(item => item.role === 'assistant');
}

export const stop = async ({ id }) => (await fetch(`${api}/${id}/stop`, { method: 'POST' })).json();

export async function until(condition) {
  const end = Date.now() + 30_000;
  while (!condition()) {
    assert.ok(Date.now() < end, `not within 30 s: ${condition}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/**
 * A connection that breaks in the middle of a block when it is told to, as a network does.
 *
 * @return {fetch, cut}; the answers to its POSTs break
 */
export function breakable() {
  let cut;
  const broken = new Promise((resolve, reject) => (cut = () => reject(new TypeError('network error'))));
  broken.catch(() => {});
  return {
    cut,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      return init.method === 'POST' ? new Response(behind(response.body, broken), response) : response;
    },
  };
}

/** Keeps back all of the last block but its first bytes, until there is another or the end. */
function behind(stream, broken) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let seen = '';
  let passed = 0;
  const pull = async controller => {
    const { value, done } = await Promise.race([reader.read(), broken]);
    seen += value ?? '';
    const last = seen.lastIndexOf('\n\n', seen.lastIndexOf('\n\n') - 1) + 2;
    const end = done ? seen.length : Math.min(seen.length, Math.max(passed, last + 9));
    controller.enqueue(seen.slice(passed, end));
    passed = end;
    if (done) controller.close();
  };
  return new ReadableStream({ pull }).pipeThrough(new TextEncoderStream());
}
