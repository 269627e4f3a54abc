// A tag as people write it: `t=nostr`.
import { quote } from '../protocol/quote.ts';

/** The name, and what stands behind the first `=`. Throws `Error` that says how it is written. */
export function nameAndValue(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (text.startsWith('#'))
    throw new Error(`a tag is written without #: ${at < 0 ? 't=' : ''}${shown(text.slice(1))}`);
  if (at < 1) throw new Error(`${quote(text)} is not NAME=VALUE; a hashtag is t=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** As it would be typed. */
function shown(text: string): string {
  return quote(text).replace(/^"(.*)"$/, '$1');
}
