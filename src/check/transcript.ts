// What a case sent and received, as lines for people: the evidence of a failure. Bounded, whatever a relay sends.

/** Frames that are kept; the rest is counted. */
const MAX_FRAMES = 200;

/** Characters of a frame that are kept. */
const MAX_CHARACTERS = 1000;

export class Transcript {
  readonly #lines: string[] = [];
  #left = 0;
  readonly #begin = performance.now();

  /** `arrow`: `→` sent, `←` received, `·` what else happened. */
  note(connection: number, arrow: '→' | '←' | '·', text: string): void {
    if (this.#lines.length === MAX_FRAMES) {
      this.#left++;
      return;
    }
    const ms = Math.round(performance.now() - this.#begin);
    this.#lines.push(`${ms} ms #${connection} ${arrow} ${shorten(text)}`);
  }

  /** The lines, in the order in which things happened. */
  get lines(): string[] {
    return this.#left === 0 ? [...this.#lines] : [...this.#lines, `… and ${this.#left} frames more`];
  }
}

function shorten(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  return `${text.slice(0, MAX_CHARACTERS)}… (${text.length} characters)`;
}
