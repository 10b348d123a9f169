/** The events of a session stream, as docs/protocol.md lists them; all but `ping`. */
export type RelayEvent =
  | Named<'user', UserData>
  | Named<'start', StartData>
  | Named<'snapshot', SnapshotData>
  | Named<'text', { text: string }>
  | Named<'reasoning', { text: string }>
  | Named<'tool_call', ToolCall>
  | Terminal;

/** Ends a turn. Each turn has exactly one. */
export type Terminal =
  | Named<'end', EndData>
  | Named<'error', ErrorData>
  | Named<'cancel', CancelData>;

interface Named<Type extends string, Data> {
  type: Type;
  data: Data;
  /** The cursor to come back with. The terminal of a turn that never ran may have none. */
  id: string | undefined;
}

export interface UserData {
  turn: string;
  messageId: string;
  parts: Part[];
}

export interface StartData {
  turn: string;
  /** From 1. */
  attempt: number;
  model: string;
  /** Whether all that this turn has said so far is void. */
  reset: boolean;
}

/** Stands for all of the turn's answer before it. */
export interface SnapshotData {
  text: string;
  reasoning: string;
  toolCalls: ToolCall[];
}

/** A call or a piece of one: pieces of the same index belong together, their arguments joined. */
export interface ToolCall {
  index: number;
  id?: string;
  name?: string;
  arguments: string;
}

/** What the turn's saved text must be. */
interface Proof {
  turn: string;
  messageId?: string;
  /** In UTF-16 units, as `text.length`. */
  length: number;
  /** Lower-case hex, over UTF-8. */
  sha256: string;
}

export interface EndData extends Proof {
  finishReason: string;
  usage?: Usage;
  provider?: string;
  model?: string;
  timings: { queueMillis?: number; firstChunkMillis?: number; totalMillis?: number };
  warnings?: Warning[];
}

export interface ErrorData extends Proof {
  code: string;
  message: string;
  retryable: boolean;
  partialLost?: boolean;
}

export interface CancelData extends Proof {
  by: string;
  reason?: string;
  partialLost?: boolean;
}

export interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  totalTokens?: number;
  cachedTokens?: number;
  reasoningTokens?: number;
  cost?: number;
}

export interface Warning {
  code: string;
  field?: string;
  message: string;
}

/** A part of a message: `text`, `image`, `file`, `tool_call`, `tool_result` or `reasoning`. */
export interface Part {
  type: string;
  text?: string;
  [field: string]: unknown;
}
