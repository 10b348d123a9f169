import { getJson, paths, pause, postJson, submit } from './api.js';
import { follow } from './stream.js';
import * as words from './words.js';

const LOAD_AGAIN_MILLIS = 2_000;

/**
 * One conversation: what is sent, what is followed, and what each event means for it. Knows no DOM;
 * tells a view.
 */
export class Chat {
  session;
  #view;
  #ending = new AbortController();
  #following = null; // the promise of what is followed now
  #turn = null; // the view of the turn that events belong to
  #turnId = null;
  #cursor = null; // the id of the newest event; null until there was one
  #said = []; // the pieces of its text, to compare with what is saved

  constructor(session, view) {
    this.session = session;
    this.#view = view;
  }

  /** Shows what was said, then goes on with what is being said. */
  async load() {
    while (!this.#ending.signal.aborted) {
      try {
        const { items } = await getJson(paths.messages(this.session));
        items.reverse().forEach((message) => this.#show(message)); // they come newest first
        this.#view.notice('');
        this.#follow(paths.stream(this.session), {
          nothing: () => items.some(({ status }) => !isOver(status)) && this.load(),
        });
        return;
      } catch (problem) {
        if (!problem.isPassing) {
          this.#view.notice(problem.status === 404 ? '' : words.problem(problem));
          return; // a session that nobody made yet has nothing to show
        }
        this.#view.notice(words.problem(problem));
        await pause(Math.max(problem.retryAfterMillis, LOAD_AGAIN_MILLIS));
      }
    }
  }

  #show(message) {
    const turn = this.#view.turn(message.turnId);
    if (message.role === 'user') {
      turn.ask(textOf(message.parts));
    } else if (message.role === 'assistant') {
      turn.replace(snapshotOf(message.parts));
    }
    if (isOver(message.status)) {
      turn.settle(message.status);
    }
  }

  /** Takes what was said here elsewhere, on another tab or device. Does nothing while it follows. */
  catchUp() {
    if (this.#isFollowing || this.#ending.signal.aborted) {
      return;
    }
    if (this.#cursor === null) {
      this.load();
    } else {
      this.#follow(paths.stream(this.session), { cursor: this.#cursor });
    }
  }

  /** Answers whether the message was accepted; if not, the view was told why. */
  async send(message, model, idempotencyKey) {
    this.#view.notice('');
    try {
      const { turnId } = await submit(this.session, { message, model }, idempotencyKey);
      if (this.#ending.signal.aborted) {
        return true;
      }
      this.#begin(turnId).ask(message);
      this.#follow(paths.turnStream(this.session, turnId), { untilTerminal: true });
      return true;
    } catch (problem) {
      if (problem.code === 'session_busy') {
        this.#view.notice('An answer is still being written here. Send again when it has ended.');
        this.#follow(paths.turnStream(this.session, problem.body.turnId), { untilTerminal: true });
      } else {
        this.#view.notice(words.problem(problem));
      }
      return false;
    }
  }

  /** Cancels the running turn. Its end arrives as an event, like any other. */
  async stop() {
    const turnId = this.#turnId;
    try {
      await postJson(paths.cancel(this.session), turnId === null ? {} : { turnId });
    } catch (problem) {
      this.#view.notice(words.problem(problem));
    }
  }

  /** Ends what this conversation does here. The turn itself goes on. */
  leave() {
    this.#ending.abort();
  }

  /**
   * @param options of {@link follow}, and `nothing`, called if there was nothing to follow
   */
  #follow(url, options) {
    const signal = this.#ending.signal;
    const previous = this.#following;
    const stopPrevious = this.#stopFollowing;
    const own = new AbortController();
    const end = () => own.abort();
    signal.addEventListener('abort', end, { once: true });
    this.#stopFollowing = end;
    this.#isFollowing = true;
    stopPrevious();
    this.#following = Promise.resolve(previous).then(() => this.#followTo(url, options, own.signal));
  }

  #isFollowing = false;
  #stopFollowing = () => {};

  async #followTo(url, { nothing = () => {}, ...options }, signal) {
    try {
      const outcome = await follow(url, {
        onEvent: (event) => this.#apply(event),
        onState: (state) => this.#onState(state),
        signal,
        ...options,
      });
      if (outcome === 'nothing') {
        nothing();
      }
    } catch (problem) {
      this.#view.notice(words.problem(problem));
    } finally {
      if (!signal.aborted) {
        this.#isFollowing = false;
        this.#view.connection({ name: 'idle' });
        this.#view.running(false);
      }
    }
  }

  #onState(state) {
    this.#view.connection(state);
    if (state.name === 'live' && state.resumedAfter !== null) {
      this.#turn?.resumed(state.resumedAfter);
    }
  }

  #apply({ type, data, id }) {
    this.#cursor = id ?? this.#cursor;
    switch (type) {
      case 'user':
        this.#begin(data.turn).ask(textOf(data.parts));
        break;
      case 'start':
        this.#said = [];
        this.#begin(data.turn).attempt(data);
        break;
      case 'snapshot':
        this.#said = [data.text];
        this.#turn?.replace(data);
        break;
      case 'text':
        this.#said.push(data.text);
        this.#turn?.text(data.text);
        break;
      case 'reasoning':
        this.#turn?.reasoning(data.text);
        break;
      case 'tool_call':
        this.#turn?.toolCall(data);
        break;
      case 'end':
      case 'error':
      case 'cancel':
        this.#end(type, data);
        break;
      default: // of a newer version
    }
  }

  #begin(turnId) {
    this.#turnId = turnId;
    this.#turn = this.#view.turn(turnId);
    this.#view.running(true);
    this.#view.changed();
    return this.#turn;
  }

  #end(type, data) {
    const turn = this.#view.turn(data.turn);
    turn.end(type, data);
    this.#view.notice('');
    this.#turn = null;
    this.#turnId = null;
    this.#view.running(false);
    this.#view.changed();
    this.#prove(turn, type, data, this.#said.join(''));
  }

  /** What was read must be what is saved; if it isn't, the saved text is shown. */
  async #prove(turn, type, { turn: turnId, length, sha256 }, text) {
    if (text.length === length && (await hasHash(text, sha256))) {
      if (type === 'end') {
        turn.proven();
      }
      return;
    }
    try {
      const { message } = await getJson(paths.turn(this.session, turnId));
      turn.replace(snapshotOf(message?.parts ?? []));
    } catch (problem) {
      this.#view.notice(words.problem(problem));
    }
  }
}

const isOver = (status) => ['ended', 'failed', 'cancelled'].includes(status);

/** Browsers hash only on secure origins; elsewhere the length has to do. */
async function hasHash(text, sha256) {
  if (!globalThis.crypto?.subtle) {
    return true;
  }
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'));
  return hex.join('') === sha256;
}

const textOf = (parts, type = 'text') =>
  parts
    .filter((part) => part.type === type)
    .map((part) => part.text)
    .join(type === 'text' ? '' : '\n');

const snapshotOf = (parts) => ({
  text: textOf(parts),
  reasoning: textOf(parts, 'reasoning'),
  toolCalls: parts.filter((part) => part.type === 'tool_call'),
});
