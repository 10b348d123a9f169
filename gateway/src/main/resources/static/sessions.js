import { deleteJson, getJson, patchJson, paths } from './api.js';

const PAGE = 30;

/**
 * The conversations there are, the latest first. What is shown is what the gateway says; the list
 * is asked again after whatever may have changed it.
 */
export class SessionList {
  #list;
  #more;
  #handlers;
  #current = null;
  #items = new Map();
  #next = null;
  #asked = 0;

  /**
   * @param list an element for the items
   * @param more the button for older ones
   * @param handlers {open(session), gone(session), failed(problem)}
   */
  constructor(list, more, handlers) {
    this.#list = list;
    this.#more = more;
    this.#handlers = handlers;
    more.addEventListener('click', () => this.#guarded(() => this.#loadMore()));
  }

  /** Asks for the latest again. An answer that a later one overtook is left. */
  async load() {
    const asked = ++this.#asked;
    await this.#guarded(async () => {
      const { items, next } = await getJson(paths.sessions(PAGE));
      if (asked === this.#asked) {
        this.#items = new Map(items.map((item) => [item.sessionId, item]));
        this.#next = next ?? null;
        this.#show();
      }
    });
  }

  choose(session) {
    this.#current = session;
    this.#show();
  }

  async #loadMore() {
    const asked = ++this.#asked;
    const { items, next } = await getJson(paths.sessions(PAGE, this.#next));
    if (asked === this.#asked) {
      items.forEach((item) => this.#items.set(item.sessionId, item));
      this.#next = next ?? null;
      this.#show();
    }
  }

  #show() {
    const focused = document.activeElement?.closest?.('[data-session]')?.dataset.session;
    this.#list.replaceChildren(...Array.from(this.#items.values(), (item) => this.#row(item)));
    this.#more.hidden = this.#next === null;
    if (focused) {
      this.#list.querySelector(`[data-session="${CSS.escape(focused)}"] button`)?.focus();
    }
  }

  #row(item) {
    const row = document.createElement('li');
    row.dataset.session = item.sessionId;
    const title = button('title', item.title ?? item.sessionId);
    title.title = `${item.title ?? item.sessionId}\n${new Date(item.updatedAt).toLocaleString()}`;
    title.addEventListener('click', () => this.#handlers.open(item.sessionId));
    row.append(title);
    if (item.active) {
      row.dataset.running = '';
      title.setAttribute('aria-description', 'an answer is being written');
    }
    if (item.sessionId === this.#current) {
      title.setAttribute('aria-current', 'true');
      row.append(this.#rename(item), this.#remove(item));
    }
    return row;
  }

  #rename(item) {
    const rename = button('rename', 'Rename');
    rename.addEventListener('click', () => {
      const title = prompt('Title of this conversation', item.title ?? '');
      if (title !== null) {
        this.#guarded(async () => {
          await patchJson(paths.session(item.sessionId), { title: title.trim() || null });
          await this.load();
        });
      }
    });
    return rename;
  }

  #remove(item) {
    const remove = button('delete', 'Delete');
    remove.addEventListener('click', () => {
      if (confirm('Delete this conversation and all that was said in it?')) {
        this.#guarded(async () => {
          await deleteJson(paths.session(item.sessionId));
          this.#handlers.gone(item.sessionId);
          await this.load();
        });
      }
    });
    return remove;
  }

  async #guarded(work) {
    try {
      await work();
    } catch (problem) {
      this.#handlers.failed(problem);
    }
  }
}

function button(name, text) {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = name;
  element.textContent = text;
  return element;
}
