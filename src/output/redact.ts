// Removes secrets from a line before it is written to stderr, a trace or a log. Never used for stdout, where the bytes
// of events must not change.
import { KnownSecrets } from '../protocol/known-secrets.ts';

const MASK = '[redacted]';
/** Any letter or digit may follow: a key with a typing error is still most of a key. */
const ENCODED_SECRET = /n(?:crypt)?sec(?:1|%31)[a-z0-9]{8,}/gi;
/** Also percent-encoded, as in a URI inside a URI. */
const SECRET_PARAMETER = /(secret(?:=|%3d))[^&;#\s"'<>\\]+/gi;

/** Shorter texts would redact ordinary words. */
const SHORTEST_TEXT = 4;

/**
 * Knows the loaded keys by their hash: it keeps no copy of a key.
 * @example
 * new Redactor().redact('bunker://ab?relay=wss://x.com&secret=s3cr3t') // → 'bunker://ab?relay=wss://x.com&secret=[redacted]'
 */
export class Redactor {
  readonly #secrets = new KnownSecrets();
  /** Longest first, because one may contain another. */
  #texts: string[] = [];

  /** From now on, redacts these 32 bytes in hex and in base64. */
  addSecret(secret: Uint8Array): void {
    this.#secrets.add(secret);
  }

  /** From now on, redacts this text, also inside JSON and percent-encoded. It came from argv or the environment. */
  addText(text: string): void {
    if (text.length < SHORTEST_TEXT) return;
    const forms = [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed())];
    this.#texts = [...new Set([...this.#texts, ...forms])].sort((a, b) => b.length - a.length);
  }

  /** From now on, redacts the text of a secret key that has not been read yet. */
  addKeyText(text: string): void {
    if (/^[0-9a-f]{64}$/i.test(text)) this.addSecret(Buffer.from(text, 'hex'));
    else this.addText(text);
  }

  /** From now on, redacts a password, and the login in base64 as HTTP sends it. A user without a password is a token. */
  addLogin(user: string, password: string): void {
    this.addText(password === '' ? user : password);
    this.addText(Buffer.from(`${user}:${password}`).toString('base64').replace(/=+$/, ''));
  }

  redact(text: string): string {
    const known = this.#texts.reduce((line, secret) => line.replaceAll(secret, MASK), text);
    const line = known.replace(ENCODED_SECRET, MASK).replace(SECRET_PARAMETER, `$1${MASK}`);
    return this.#secrets.replace(line, MASK);
  }
}

/**
 * The logins in the values of proxy variables.
 * @example
 * [...loginsOf({ ALL_PROXY: 'socks5://me:p%40ss@localhost:1080' })] // → [['me', 'p@ss']]
 */
export function* loginsOf(
  env: Readonly<Record<string, string | undefined>>,
): Generator<[user: string, password: string]> {
  for (const [name, value = ''] of Object.entries(env)) {
    const login = /_proxy$/i.test(name) && /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/]*)@/i.exec(value)?.[1];
    if (!login) continue;
    const [user = '', ...password] = login.split(':');
    yield [decoded(user), decoded(password.join(':'))];
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
