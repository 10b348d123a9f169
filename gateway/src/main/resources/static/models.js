import { getJson, paths } from './api.js';
import { load, save } from './store.js';

/** Which model is asked: one of the names there are, or, behind a wildcard, any name one types. */
export class ModelChoice {
  #select;
  #name;

  constructor(select, name) {
    this.#select = select;
    this.#name = name;
    select.addEventListener('change', () => this.#chosen());
    name.addEventListener('change', () => save('model', this.value));
  }

  async load() {
    const { items, defaultModel } = await getJson(paths.models());
    const isListed = items.some(({ name, wildcard }) => !wildcard && name === defaultModel);
    const standard = defaultModel && !isListed ? [{ name: defaultModel, wildcard: false }] : [];
    this.#select.replaceChildren(...standard.concat(items).map(optionOf));
    this.#choose(load('model') ?? defaultModel ?? '');
  }

  /** The name to ask for; undefined leaves it to the gateway. */
  get value() {
    return (this.#isFree() ? this.#name.value.trim() : this.#select.value) || undefined;
  }

  #choose(model) {
    const options = Array.from(this.#select.options);
    const exact = options.find((option) => option.value === model && !option.dataset.wildcard);
    const free = options
      .filter((option) => option.dataset.wildcard && model.startsWith(option.dataset.prefix))
      .sort((one, other) => other.dataset.prefix.length - one.dataset.prefix.length)[0];
    const option = exact ?? (model === '' ? undefined : free) ?? options[0];
    if (option) {
      option.selected = true;
    }
    this.#name.value = exact ? '' : model;
    this.#name.hidden = !this.#isFree();
  }

  #chosen() {
    const free = this.#isFree();
    this.#name.hidden = !free;
    if (free) {
      this.#name.value = this.#select.selectedOptions[0].dataset.prefix;
      this.#name.focus();
    }
    save('model', this.value ?? '');
  }

  #isFree() {
    return Boolean(this.#select.selectedOptions[0]?.dataset.wildcard);
  }
}

function optionOf({ name, wildcard, availability }) {
  const prefix = wildcard ? name.slice(0, -1) : '';
  const away = availability === 'unavailable' ? ' (unavailable)' : '';
  const option = new Option((wildcard ? `${prefix}…` : name) + away, name);
  option.dataset.prefix = prefix;
  option.dataset.wildcard = wildcard ? 'yes' : '';
  return option;
}
