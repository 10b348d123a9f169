import type { Part, Usage, Warning } from './events.js';

/** What can be handed in; the fields that aren't named here are in docs/protocol.md. */
export interface Submission {
  message?: string | { parts: Part[] };
  messages?: { role: string; content: string | Part[] }[];
  model?: string;
  system?: string;
  onBusy?: 'reject' | 'enqueue' | 'interrupt';
  [field: string]: unknown;
}

export interface TurnResource {
  turnId: string;
  sessionId: string;
  status: 'waiting' | 'accepted' | 'running' | 'ended' | 'failed' | 'cancelled';
  message?: { id: string; parts: Part[] };
  finishReason?: string;
  failure?: { code: string; message: string; retryable: boolean };
  usage?: Usage;
  warnings?: Warning[];
  [field: string]: unknown;
}

export interface Message {
  id: string;
  turnId: string;
  role: 'user' | 'assistant' | 'tool' | 'system';
  status: TurnResource['status'];
  createdAt: string;
  parts: Part[];
  parent?: string;
}

/** Newest first; `next` is the `before` of the next older page, absent on the last. */
export interface MessagePage {
  items: Message[];
  next?: string;
}

/** The state a turn is in after a cancel; `idle`: there is none. */
export interface CancelResult {
  turnId?: string;
  status: TurnResource['status'] | 'idle';
}
