/** What must compile, and what must not: nothing here is run. */
import { Answer, RelayError, StreamRelay, type RelayEvent, type Terminal } from '../dist/index.js';

export async function reads(): Promise<string> {
  const relay = new StreamRelay({ url: 'http://127.0.0.1:8080', headers: async () => ({ a: 'b' }) });
  const turn = await relay.send('s', { message: 'hello', tools: [] }, { idempotencyKey: 'k' });
  const answer = new Answer();
  for await (const event of turn) {
    answer.add(event);
    told(event);
  }
  const ended: Terminal | undefined = answer.terminal;
  // @ts-expect-error the message of a failed turn is not that of one that ended
  ended?.type === 'end' && ended.data.code;
  // @ts-expect-error a session is named
  await relay.send({ message: 'hello' });
  return turn.text();
}

/** Complete: without one of the cases, `never` doesn't compile. */
function told(event: RelayEvent): string | number {
  switch (event.type) {
    case 'user':
      return event.data.messageId;
    case 'start':
      return event.data.attempt;
    case 'snapshot':
    case 'text':
    case 'reasoning':
      return event.data.text;
    case 'tool_call':
      return event.data.arguments;
    case 'end':
      return event.data.finishReason;
    case 'error':
      return event.data.code;
    case 'cancel':
      return event.data.by;
    default:
      return event satisfies never;
  }
}

export const isBusy = (thrown: unknown): boolean =>
  thrown instanceof RelayError && thrown.code === 'session_busy' && thrown.status === 409;
