// How an offending value is shown inside an error message: as JSON, on one line, and short. What may be a secret is never
// shown: who mistypes a command may have a key in his clipboard.

/** An nsec or ncryptsec, however damaged; with all that follows, where a blank may have broken it. */
const ENCODED = /n(?:crypt)?sec1[a-z0-9].*/is;

/** The same within a message: a word that follows and holds a digit may be the rest of it. */
const BROKEN = /n(?:crypt)?sec1[a-z0-9]{2,}(?:\s+(?=[a-z]*\d)[a-z0-9]{6,})*/gi;

/** What may stand before that many letters because it is the prefix of a code that everybody may read. */
const PUBLIC = '(?:n(?:pub|ote|profile|event|addr|relay)|ln[a-z0-9]{0,30}|bc|tb)1';

/**
 * A key that lost its `nsec1` or a part of that, or has it mistyped: so many letters of its alphabet, digits among them,
 * and no other code.
 */
const DAMAGED = new RegExp(
  `(?<![a-z0-9])(?!${PUBLIC})(?:n(?:crypt)?sec[\\s:=-]*|[a-z0-9]{0,9}1)?(?=[a-z]*[02-9])[02-9ac-hj-np-z]{50,}`,
  'gi',
);

/** Forty or more hex digits, also broken by blanks and, in JSON, by line ends. */
const HEX = /[0-9a-f](?:(?:\s|\\[nrt])*[0-9a-f]){39,}/gi;

const MASK = '[may be a secret]';

/** A secret that begins within what is shown is looked at whole. */
const LOOK_AHEAD = 400;

/**
 * `value` as JSON for an error message, cut to `max` characters. Control characters come out escaped,
 * so text from a relay or a file cannot steer a terminal. Keys and long hex are masked.
 * @example
 * quote('a\nb') // → '"a\\nb"'
 * quote('x'.repeat(9), 6) // → '"xxxxx…"'
 * quote('f'.repeat(63)) // → '"[63 hex digits]"'
 * quote('my nsec1abc def') // → '"my [may be a secret]"'
 * quote('q2'.repeat(29)) // → '"[may be a secret]"'
 */
export function quote(value: unknown, max = 80): string {
  const safe = masked(jsonOf(value, max + LOOK_AHEAD)).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (safe.length <= max) return safe;
  return `${safe.slice(0, max)}…${typeof value === 'string' ? '"' : ''}`;
}

function jsonOf(value: unknown, max: number): string {
  if (typeof value === 'string') return JSON.stringify(masked(value.slice(0, max)));
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, max);
  } catch {
    return typeof value; // nested too deeply for JSON.stringify
  }
}

function masked(text: string): string {
  return text.replace(ENCODED, MASK).replace(HEX, hexDigits).replace(DAMAGED, MASK);
}

/**
 * Whether a text holds a secret key in letters, however damaged; hex may be public as well.
 * @example
 * holdsKeyLetters(`${'q2'.repeat(29)}@x.com`) // → true
 * holdsKeyLetters('bob@x.com') // → false
 */
export function holdsKeyLetters(text: string): boolean {
  return text.replace(ENCODED, MASK).replace(DAMAGED, MASK) !== text;
}

function hexDigits(run: string): string {
  return `[${run.replace(/\s|\\[nrt]/g, '').length} hex digits]`;
}

/**
 * A message without what may be a secret: for texts of libraries, which quote what they do not understand.
 * @example
 * withoutSecrets(`ENOENT: open '${'ab'.repeat(32)}'`) // → "ENOENT: open '[64 hex digits]'"
 */
export function withoutSecrets(message: string): string {
  return message.replace(BROKEN, MASK).replace(/[0-9a-f]{40,}/gi, hexDigits);
}

/**
 * What is wrong with a JSON text, from the error of `JSON.parse`, which may quote the text.
 * @example
 * jsonFault(new SyntaxError(`Unexpected token 'x', "xyz" is not valid JSON`)) // → "not JSON: Unexpected token 'x'"
 * jsonFault(new SyntaxError('"xyz" is not valid JSON')) // → 'not JSON'
 */
export function jsonFault(error: unknown): string {
  const { message } = error as Error;
  const why = message.replace(/(?:^|, )(?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, '');
  return why === '' ? 'not JSON' : `not JSON: ${why}`;
}

/**
 * A frame as people look at it: without signatures, and with the beginning of each id and key, so that the eye finds the rest.
 * @example
 * briefFrame(`["EVENT",{"id":"${'ab'.repeat(32)}","content":"hi","sig":"${'cd'.repeat(64)}"}]`) // → '["EVENT",{"id":"abababab…","content":"hi"}]'
 */
export function briefFrame(frame: string): string {
  return frame
    .replaceAll(/,"sig":"[0-9a-f]{128}"/g, '')
    .replaceAll(/(?<![0-9a-z])([0-9a-f]{8})[0-9a-f]{56}(?![0-9a-z])/g, '$1…');
}
