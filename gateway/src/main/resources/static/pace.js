/** Of English text; only the provider knows better, and says so at the end. */
const CHARS_PER_TOKEN = 4;
const WINDOW_MILLIS = 3_000;
const LEAST_MILLIS = 500;

/**
 * How fast text comes, over the last few seconds. What comes first is left out: after a reload or a
 * resume that is all that was missed, at once.
 */
export class Pace {
  #samples = []; // [when, characters], oldest first
  #began = null;

  add(chars, now = performance.now()) {
    if (this.#began === null) {
      this.#began = now;
    } else if (chars > 0) {
      this.#samples.push([now, chars]);
    }
    while (this.#samples.length > 0 && now - this.#samples[0][0] > WINDOW_MILLIS) {
      this.#samples.shift();
    }
  }

  /** Tokens per second, estimated; null as long as there is too little to tell from. */
  perSecond(now = performance.now()) {
    const millis = Math.min(WINDOW_MILLIS, now - (this.#began ?? now));
    if (millis < LEAST_MILLIS || this.#samples.length < 2) {
      return null;
    }
    const chars = this.#samples.reduce((sum, [, count]) => sum + count, 0);
    return (chars / CHARS_PER_TOKEN / millis) * 1000;
  }
}
