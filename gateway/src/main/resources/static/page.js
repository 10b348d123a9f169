import { Chat } from './chat.js';
import { ModelChoice } from './models.js';
import { draft, load, newId, save } from './store.js';
import { TurnView } from './turn-view.js';
import * as words from './words.js';

/** Read this first: what is on the page, and what happens when it is touched. */

const byId = (id) => document.getElementById(id);
const [scroller, log, toEnd, message] = ['scroller', 'log', 'to-end', 'message'].map(byId);
const [send, stop, notice, spoken] = ['send', 'stop', 'notice', 'spoken'].map(byId);

/** A reader who is so near the end is taken along as text comes. */
const NEAR_PIXELS = 48;

let atEnd = true;
let lastTop = 0;
let turns = new Map();
let chat;

/** Collects what changed and shows it once per frame. */
const frames = {
  changed: new Set(),

  add(turn) {
    if (this.changed.size === 0) {
      requestAnimationFrame(() => this.flush());
    }
    this.changed.add(turn);
  },

  flush() {
    this.changed.forEach((turn) => turn.flush());
    this.changed.clear();
    keepPlace();
  },
};

const view = {
  turn(id) {
    let turn = turns.get(id);
    if (!turn) {
      turn = new TurnView(frames, askAgain);
      turns.set(id, turn);
      log.append(turn.element);
      byId('welcome').hidden = true;
      frames.add(turn);
    }
    return turn;
  },

  running(runs) {
    if (runs !== !stop.hidden) {
      stop.hidden = !runs;
      stop.disabled = false;
      spoken.textContent = runs ? 'The answer begins.' : 'The answer has ended.';
    }
  },

  connection(state) {
    const shown = byId('connection');
    shown.dataset.state = state.name;
    shown.textContent = {
      idle: '',
      connecting: 'connecting …',
      live: 'live',
      waiting: `connection lost, again in ${Math.ceil((state.millis ?? 0) / 1000)} s`,
    }[state.name];
  },

  notice(text) {
    notice.textContent = text;
    notice.hidden = text === '';
  },
};

function keepPlace() {
  if (atEnd) {
    scroller.scrollTop = scroller.scrollHeight;
  }
  toEnd.hidden = atEnd;
}

function open(session) {
  chat?.leave();
  save('session', session);
  turns = new Map();
  log.replaceChildren();
  byId('welcome').hidden = true;
  view.notice('');
  view.running(false);
  view.connection({ name: 'idle' });
  atEnd = true;
  keepPlace();
  chat = new Chat(session, view);
  return chat;
}

/** Whoever is new here is told what there is to see. */
function welcome() {
  byId('welcome').hidden = turns.size > 0;
}

/** Sends it, and keeps it in the box unless it was accepted. */
async function submit(text) {
  if (text.trim() === '' || send.disabled) {
    return;
  }
  draft.keep(text);
  send.disabled = true;
  atEnd = true;
  const key = draft.key(chat.session, models.value, text);
  const accepted = await chat.send(text, models.value, key);
  send.disabled = false;
  if (accepted) {
    draft.clear();
    message.value = '';
  } else {
    message.value = text;
  }
  if (!matchMedia('(pointer: coarse)').matches) {
    message.focus();
  }
}

/** Sends a message once more, as another turn. What is in the box stays there. */
async function askAgain(text) {
  if (!send.disabled) {
    send.disabled = true;
    atEnd = true;
    await chat.send(text, models.value, newId());
    send.disabled = false;
  }
}

const models = new ModelChoice(byId('model'), byId('model-name'));

byId('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  submit(message.value);
});

message.addEventListener('input', () => draft.keep(message.value));

message.addEventListener('keydown', (event) => {
  const plainEnter = event.key === 'Enter' && !event.shiftKey && !event.isComposing;
  if (plainEnter && !matchMedia('(pointer: coarse)').matches) {
    event.preventDefault();
    submit(message.value);
  }
});

stop.addEventListener('click', async () => {
  stop.disabled = true;
  await chat.stop();
  stop.disabled = false;
});

byId('new').addEventListener('click', () => {
  open(newId());
  welcome();
  message.focus();
});

toEnd.addEventListener('click', () => {
  atEnd = true;
  keepPlace();
});

scroller.addEventListener('scroll', () => {
  const { scrollTop, scrollHeight, clientHeight } = scroller;
  const near = scrollHeight - scrollTop - clientHeight < NEAR_PIXELS;
  const wentUp = scrollTop < lastTop; // only a reader goes up; text that grows doesn't
  atEnd = near || (atEnd && !wentUp);
  lastTop = scrollTop;
  if (atEnd) {
    toEnd.hidden = true;
  }
});

const sizes = new ResizeObserver(keepPlace);
sizes.observe(scroller);
sizes.observe(log);

message.value = draft.text();
open(load('session') ?? newId())
  .load()
  .then(welcome);
models.load().catch((problem) => view.notice(words.problem(problem)));
