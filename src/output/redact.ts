// Takes secrets out of a line before it is written to stderr, a trace or a log. Never used on stdout, where
// event bytes must not change.
import { sha256Hex } from '../protocol/sha256.ts';

const MASK = '[redacted]';
/** Any letter or digit may follow: a damaged key is still most of a key. */
const ENCODED_SECRET = /n(?:crypt)?sec1[a-z0-9]{8,}/gi;
/** Also percent-encoded, as in a URI inside a URI. */
const SECRET_PARAMETER = /(secret(?:=|%3d))[^&;#\s"'<>\\]+/gi;
const LONG_HEX = /[0-9a-f]{64,}/gi;

/** Shorter ones would hide ordinary words all over the line. */
const SHORTEST_TEXT = 4;

/**
 * Knows the loaded keys by their hash, so that it still redacts after a signer has zeroed its bytes, and
 * holds no copy itself.
 * @example
 * new Redactor().redact('bunker://ab?relay=wss://x.com&secret=s3cr3t') // → 'bunker://ab?relay=wss://x.com&secret=[redacted]'
 */
export class Redactor {
  readonly #digests = new Set<string>();
  /** Sums of hex digits: a cheap first look, so that a trace full of ids and signatures is not all hashed. */
  readonly #sums = new Set<number>();
  /** Longest first, for one may hold another. */
  #texts: string[] = [];

  /** Redacts these 32 bytes in hex from now on. */
  addSecret(secret: Uint8Array): void {
    const hex = Buffer.from(secret).toString('hex');
    this.#digests.add(sha256Hex(hex));
    this.#sums.add(digitSum(hex));
  }

  /** Redacts this text from now on, also where it stands in JSON or percent-encoded. It came by argv or environment. */
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

  /** A secret may start anywhere in a longer run of digits: every window of 64 is looked at. */
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
