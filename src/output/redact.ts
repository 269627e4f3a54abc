// Removes secrets from a line before it is written to stderr, a trace or a log. Never used for stdout, where the bytes
// of events must not change.
import { sha256Hex } from '../protocol/crypto.ts';

const MASK = '[redacted]';
/** Any letter or digit may follow: a key with a typing error is still most of a key. */
const ENCODED_SECRET = /n(?:crypt)?sec1[a-z0-9]{8,}/gi;
/** Also percent-encoded, as in a URI inside a URI. */
const SECRET_PARAMETER = /(secret(?:=|%3d))[^&;#\s"'<>\\]+/gi;
const LONG_HEX = /[0-9a-f]{64,}/gi;

/** Shorter texts would redact ordinary words. */
const SHORTEST_TEXT = 4;

/**
 * Knows the loaded keys by their hash: it keeps no copy of a key, and still redacts it after the signer has zeroed its
 * bytes.
 * @example
 * new Redactor().redact('bunker://ab?relay=wss://x.com&secret=s3cr3t') // → 'bunker://ab?relay=wss://x.com&secret=[redacted]'
 */
export class Redactor {
  readonly #digests = new Set<string>();
  /** Sums of hex digits: a cheap first test, so that not every id and signature of a trace is hashed. */
  readonly #sums = new Set<number>();
  /** Longest first, because one may contain another. */
  #texts: string[] = [];

  /** From now on, redacts the hex form of these 32 bytes. */
  addSecret(secret: Uint8Array): void {
    const hex = Buffer.from(secret).toString('hex');
    this.#digests.add(sha256Hex(hex));
    this.#sums.add(digitSum(hex));
  }

  /** From now on, redacts this text, also inside JSON and percent-encoded. It came from argv or the environment. */
  addText(text: string): void {
    if (text.length < SHORTEST_TEXT) return;
    const forms = [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed())];
    this.#texts = [...new Set([...this.#texts, ...forms])].sort((a, b) => b.length - a.length);
  }

  redact(text: string): string {
    const known = this.#texts.reduce((line, secret) => line.replaceAll(secret, MASK), text);
    const line = known.replace(ENCODED_SECRET, MASK).replace(SECRET_PARAMETER, `$1${MASK}`);
    return this.#digests.size === 0 ? line : line.replace(LONG_HEX, run => this.#redactHex(run));
  }

  /** A secret may start anywhere in a longer run of digits, so every window of 64 is checked. */
  #redactHex(run: string): string {
    const hex = run.toLowerCase();
    let kept = '';
    let from = 0;
    let sum = digitSum(hex.slice(0, 64));
    for (let at = 0; at + 64 <= hex.length; at++) {
      if (at >= from && this.#isSecret(hex, at, sum)) {
        kept += run.slice(from, at) + MASK;
        from = at + 64;
      }
      sum += digit(hex, at + 64) - digit(hex, at);
    }
    return kept + run.slice(from);
  }

  #isSecret(hex: string, at: number, sum: number): boolean {
    return this.#sums.has(sum) && this.#digests.has(sha256Hex(hex.slice(at, at + 64)));
  }
}

function digitSum(hex: string): number {
  let sum = 0;
  for (let at = 0; at < hex.length; at++) sum += digit(hex, at);
  return sum;
}

/** The value of a lower-case hex digit; NaN past the end, where no window follows. */
function digit(hex: string, at: number): number {
  const code = hex.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}
