import { Chat } from './chat.js';
import { keyDoor, useKey } from './key.js';
import { ModelChoice } from './models.js';
import { SessionList } from './sessions.js';
import { draft, load, newId, save } from './store.js';
import { TurnView } from './turn-view.js';
import * as words from './words.js';

/** Read this first: what is on the page, and what happens when it is touched. */

const byId = (id) => document.getElementById(id);
const [scroller, log, toEnd, message] = ['scroller', 'log', 'to-end', 'message'].map(byId);
const [send, stop, notice, spoken] = ['send', 'stop', 'notice', 'spoken'].map(byId);

/** A reader who is so near the end is taken along as text comes. */
const NEAR_PIXELS = 48;

/** The list of conversations is asked for once when several things change together. */
const LIST_MILLIS = 250;

const SESSION = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;

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

  /** A turn began or ended: the list shows that too. */
  changed() {
    clearTimeout(this.listing);
    this.listing = setTimeout(() => sessions.load(), LIST_MILLIS);
  },
};

function keepPlace() {
  if (atEnd) {
    scroller.scrollTop = scroller.scrollHeight;
  }
  toEnd.hidden = atEnd;
}

/** Shows a conversation. The address names it, so a reload, a second tab or a bookmark finds it. */
function open(session) {
  chat?.leave();
  save('session', session);
  if (named() !== session) {
    history[chat ? 'pushState' : 'replaceState'](null, '', `#${session}`);
  }
  sessions.choose(session);
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

/** The conversation that the address names, or null. */
function named() {
  const name = location.hash.slice(1);
  return SESSION.test(name) ? name : null;
}

async function openAndLoad(session) {
  document.body.classList.remove('listing');
  await open(session).load();
  welcome();
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
    otherTabs?.postMessage(chat.session);
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
    if (await chat.send(text, models.value, newId())) {
      otherTabs?.postMessage(chat.session);
    }
    send.disabled = false;
  }
}

const models = new ModelChoice(byId('model'), byId('model-name'));

const sessions = new SessionList(byId('sessions'), byId('older'), {
  open: openAndLoad,

  gone(session) {
    if (session === chat.session) {
      open(newId());
      welcome();
    }
  },

  failed: (problem) => view.notice(words.problem(problem)),
});

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

byId('list').addEventListener('click', () => {
  const shows = document.body.classList.toggle('listing');
  byId('list').setAttribute('aria-expanded', String(shows));
});

addEventListener('hashchange', () => {
  if (named() !== null && named() !== chat.session) {
    openAndLoad(named());
  }
});

// What other tabs of this browser send is seen here at once; what other devices sent, as soon as
// this page is looked at again.
const otherTabs = globalThis.BroadcastChannel && new BroadcastChannel('stream-relay');

otherTabs?.addEventListener('message', ({ data }) => {
  sessions.load();
  if (data === chat.session) {
    chat.catchUp();
  }
});

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') {
    sessions.load();
    chat.catchUp();
  }
});

keyDoor.addEventListener('needed', () => (byId('door').hidden = false));

byId('door').addEventListener('submit', (event) => {
  event.preventDefault();
  useKey(byId('key').value.trim());
  byId('key').value = '';
  byId('door').hidden = true;
  begin(chat.session);
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

function begin(session) {
  openAndLoad(session);
  sessions.load();
  models.load().catch((problem) => view.notice(words.problem(problem)));
}

message.value = draft.text();
begin(named() ?? load('session') ?? newId());
