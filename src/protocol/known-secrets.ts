// Finds secret keys in texts, in the forms in which a key is written. Knows them by their hashes alone: it keeps no copy
// of a key, and still finds it after its owner has zeroed the bytes.
import { sha256Hex } from './crypto.ts';
import { bytesToHex } from './hex.ts';

/** How a key is written: letters of one kind, and which of them in a row decide. */
interface Form {
  /** Runs in which the form may stand. Not written `{64,}`: a long run of that would overflow the stack. */
  runs: RegExp;
  /** Characters that the form has at least, wherever it begins. */
  length: number;
  /** The same run as `write` writes it. */
  normalize(run: string): string;
  write(secret: Uint8Array): string;
}

const standardBase64 = (run: string) => run.replaceAll('-', '+').replaceAll('_', '/');

/** The last character of a base64 text depends on what follows, so it does not count. */
const FORMS: readonly Form[] = [
  { runs: /[0-9a-f]{64}[0-9a-f]*/gi, length: 64, normalize: run => run.toLowerCase(), write: bytesToHex },
  {
    runs: /[\w+/-]{42}[\w+/-]*/g,
    length: 42,
    normalize: standardBase64,
    write: secret => btoa(String.fromCharCode(...secret)).slice(0, 42),
  },
  {
    runs: /[\w+/-]{85}[\w+/-]*/g,
    length: 85,
    normalize: standardBase64,
    write: secret => btoa(bytesToHex(secret)).slice(0, 85),
  },
];

/** One form of all the keys. */
class KnownForm {
  readonly #form: Form;
  readonly #digests = new Set<string>();
  /** Sums of characters: a cheap first test, so that not every id and signature of a trace is hashed. */
  readonly #sums = new Set<number>();

  constructor(form: Form) {
    this.#form = form;
  }

  add(secret: Uint8Array): void {
    const text = this.#form.write(secret);
    this.#digests.add(sha256Hex(text));
    this.#sums.add(sumOf(text));
  }

  replace(text: string, mask: string): string {
    return text.replace(this.#form.runs, run => this.#replaceIn(run, mask));
  }

  /** A key may start anywhere in a longer run, so every window is checked. */
  #replaceIn(run: string, mask: string): string {
    const { length } = this.#form;
    const normal = this.#form.normalize(run);
    let kept = '';
    let from = 0;
    let sum = sumOf(normal.slice(0, length));
    for (let at = 0; at + length <= normal.length; at++) {
      if (at >= from && this.#isKnown(normal, at, sum)) {
        kept += run.slice(from, at) + mask;
        from = at + length;
      }
      sum += normal.charCodeAt(at + length) - normal.charCodeAt(at); // NaN past the end, where no window follows
    }
    return kept + run.slice(from);
  }

  #isKnown(normal: string, at: number, sum: number): boolean {
    return this.#sums.has(sum) && this.#digests.has(sha256Hex(normal.slice(at, at + this.#form.length)));
  }
}

function sumOf(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum += text.charCodeAt(at);
  return sum;
}

/**
 * Secret keys that are looked for in texts: in hex of any case, in base64 of either alphabet, and in base64 of the hex.
 * @example
 * new KnownSecrets().replace('ab'.repeat(32), '?').length // → 64
 */
export class KnownSecrets {
  readonly #forms = FORMS.map(form => new KnownForm(form));
  #isEmpty = true;

  /** From now on, finds the key of these 32 bytes. Keeps no copy. */
  add(secret: Uint8Array): void {
    this.#isEmpty = false;
    for (const form of this.#forms) form.add(secret);
  }

  /** The text with `mask` in the place of each key. */
  replace(text: string, mask: string): string {
    if (this.#isEmpty) return text;
    return this.#forms.reduce((line, form) => form.replace(line, mask), text);
  }

  /** Whether a text contains one of the keys. */
  areIn(text: string): boolean {
    return this.replace(text, '') !== text;
  }
}
