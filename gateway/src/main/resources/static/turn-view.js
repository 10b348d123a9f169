import { Pace } from './pace.js';
import * as words from './words.js';

/** From here on a text goes on in a new block at its next line end: only that is laid out again. */
const BLOCK_CHARS = 2_000;

/**
 * A turn on the page: the message, and the answer as it grows. What a model says is put in as text
 * nodes, never as markup. Text that arrives between two frames is added in one step, and only it.
 */
export class TurnView {
  element = make('article', 'turn');
  #answer = make('div', 'answer');
  #reasoning = null;
  #calls = new Map();
  #text = make('div', 'text');
  #marks = make('p', 'marks');
  #pending = '';
  #pendingReasoning = '';
  #pace = new Pace();
  #question = '';
  #frames;
  #askAgain;

  /**
   * @param frames runs {@code flush} of what changed with the next frame
   * @param askAgain called with the message of a turn that failed
   */
  constructor(frames, askAgain) {
    this.#frames = frames;
    this.#askAgain = askAgain;
    this.#answer.append(this.#text);
    this.element.append(this.#answer, this.#marks);
  }

  ask(message) {
    if (this.#question === '' && message !== '') {
      this.#question = message;
      const bubble = make('div', 'question', message);
      bubble.prepend(make('span', 'unseen', 'You: '));
      this.element.prepend(bubble);
    }
    this.#running(true);
  }

  /** An attempt begins. What an earlier one said stays, dimmed, until there is something new. */
  attempt({ attempt, reset }) {
    this.flush();
    this.#pace = new Pace();
    this.#running(true);
    if (reset) {
      this.#answer.classList.add('stale');
    } else {
      this.#empty();
    }
    this.#mark('attempt', attempt > 1 ? `attempt ${attempt}: written anew` : '');
  }

  text(piece) {
    this.#refresh();
    this.#pending += piece;
    this.#frames.add(this);
  }

  reasoning(piece) {
    this.#refresh();
    this.#pendingReasoning += piece;
    this.#frames.add(this);
  }

  toolCall({ index, name, arguments: piece }) {
    this.#refresh();
    let call = this.#calls.get(index);
    if (!call) {
      call = fold('call', 'Tool call');
      this.#calls.set(index, call);
      this.#text.after(call.element);
    }
    if (name) {
      call.title.textContent = `Tool call: ${name}`;
    }
    call.body.append(piece);
    this.#frames.add(this);
  }

  /** Stands for all that was said before. */
  replace({ text, reasoning, toolCalls }) {
    this.#empty();
    this.#pending = text;
    this.#pendingReasoning = reasoning;
    toolCalls.forEach((call) => this.toolCall(call));
    this.#frames.add(this);
  }

  /** Puts on the page what came since the last time. */
  flush() {
    if (this.element.getAttribute('aria-busy') === 'true') {
      this.#pace.add(this.#pending.length + this.#pendingReasoning.length);
      const perSecond = this.#pace.perSecond();
      this.#mark('rate', perSecond === null ? '' : `≈ ${words.rate(perSecond)}`);
    }
    if (this.#pendingReasoning !== '') {
      this.#reasoning ??= this.#addReasoning();
      this.#reasoning.body.append(this.#pendingReasoning);
      this.#pendingReasoning = '';
    }
    if (this.#pending !== '') {
      this.#append(this.#pending);
      this.#pending = '';
    }
  }

  resumed(cursor) {
    this.#pace = new Pace();
    this.#mark('resumed', `resumed after ${cursor}`);
  }

  /** The terminal event: nothing of the turn comes after it. */
  end(type, data) {
    this.#refresh(); // what is still dimmed was not kept
    if (type === 'end') {
      this.settle('ended');
      this.#mark('summary', words.summary(data));
    } else if (type === 'cancel') {
      this.settle('cancelled');
    } else {
      this.settle('failed');
      this.#mark('status', `${words.failure(data.code)}`);
      this.#offerAgain();
    }
    if (data.partialLost) {
      this.#mark('lost', 'a part was lost');
    }
  }

  /** How the turn ended, as far as history tells. */
  settle(status) {
    this.#running(false);
    this.#mark('rate', '');
    this.element.dataset.status = status;
    this.#mark('status', { cancelled: 'Stopped.', failed: 'This answer failed.' }[status] ?? '');
  }

  /** What is shown is what is saved, by length and hash. */
  proven() {
    this.#mark('proof', '✓ complete', 'Length and SHA-256 agree with what is saved');
  }

  #running(runs) {
    this.element.setAttribute('aria-busy', String(runs));
  }

  #refresh() {
    if (this.#answer.classList.contains('stale')) {
      this.#empty();
    }
  }

  #empty() {
    this.#answer.classList.remove('stale');
    this.#pending = '';
    this.#pendingReasoning = '';
    this.#reasoning = null;
    this.#calls.clear();
    this.#text = make('div', 'text');
    this.#answer.replaceChildren(this.#text);
  }

  #addReasoning() {
    const reasoning = fold('reasoning', 'Reasoning');
    this.#answer.prepend(reasoning.element);
    return reasoning;
  }

  #append(piece) {
    const block = this.#text.lastElementChild ?? this.#text.appendChild(make('div'));
    const room = BLOCK_CHARS - (block.firstChild?.length ?? 0);
    const lineEnd = piece.length < room ? -1 : piece.indexOf('\n', Math.max(0, room));
    appendText(block, lineEnd < 0 ? piece : piece.slice(0, lineEnd));
    if (lineEnd >= 0) {
      this.#text.append(make('div'));
      if (lineEnd + 1 < piece.length) {
        this.#append(piece.slice(lineEnd + 1));
      }
    }
  }

  #mark(name, text, title = '') {
    let mark = this.#marks.querySelector(`[data-mark="${name}"]`);
    if (!mark) {
      mark = make('span');
      mark.dataset.mark = name;
      this.#marks.append(mark);
    }
    mark.textContent = text;
    mark.title = title;
    mark.hidden = text === '';
  }

  #offerAgain() {
    if (this.#question === '' || this.element.querySelector('.again')) {
      return;
    }
    const again = make('button', 'again', 'Ask again');
    again.type = 'button';
    again.addEventListener('click', () => this.#askAgain(this.#question));
    this.#marks.after(again);
  }
}

function appendText(block, text) {
  if (block.firstChild) {
    block.firstChild.appendData(text);
  } else {
    block.append(text);
  }
}

function fold(kind, title) {
  const element = make('details', kind);
  const summary = make('summary', '', title);
  const body = make('pre');
  element.append(summary, body);
  return { element, title: summary, body };
}

function make(name, className = '', text = '') {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}
