/** What outlives the page. Where the browser forbids that, it lasts as long as the page. */

const memory = new Map();

export function load(name) {
  try {
    return localStorage.getItem(`stream-relay.${name}`);
  } catch {
    return memory.get(name) ?? null;
  }
}

export function save(name, value) {
  try {
    localStorage.setItem(`stream-relay.${name}`, value);
  } catch {
    memory.set(name, value);
  }
}

/** Nobody else's: 122 random bits. Browsers have randomUUID on secure origins only. */
export function newId() {
  if (globalThis.crypto?.randomUUID) {
    return crypto.randomUUID();
  }
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The message that is being written. */
export const draft = {
  text: () => load('draft') ?? '',

  keep(text) {
    save('draft', text);
  },

  /**
   * The idempotency key of a submission: the same for the same one, also after a reload, until it
   * is known to be accepted. So what is sent again after a lost answer is no second turn.
   */
  key(session, model, text) {
    const submission = JSON.stringify([session, model, text]);
    if (load('draft-key-of') !== submission) {
      save('draft-key-of', submission);
      save('draft-key', newId());
    }
    return load('draft-key');
  },

  clear() {
    save('draft', '');
    save('draft-key-of', '');
  },
};
