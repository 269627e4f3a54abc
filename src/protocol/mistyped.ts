// What is wrong with a text that ought to be a code of NIP-19, and what was meant: one letter that is another, is
// missing, is too much, or has changed places with the next; or signs around a code. A suggestion is shown to people and never used by itself;
// for a secret key there is none. Takes time in proportion to the length of the text.
import { nearest } from './nearest.ts';
import { quote } from './quote.ts';

const PUBLIC = ['npub', 'note', 'nprofile', 'nevent', 'naddr'];

/** Characters of the codes that all have the same length. */
const LENGTHS: Readonly<Record<string, number>> = { npub: 63, note: 63, nsec: 63 };

/** What a code holds at least: 32 bytes and the checksum, in letters of 5 bits. */
const LEAST_DATA = 58;

const KNOWN = /^(npub|nsec|note|nprofile|nevent|naddr)1(.*)$/is;

/**
 * Why a text is no code: which length or character is wrong, and what it may have been meant to be.
 * @example
 * codeFault('npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w') // → 'not a NIP-19 code: too short (62 of 63 characters): "npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w"; did you mean npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6?'
 * codeFault('hello') // → 'not a NIP-19 code: "hello"'
 * codeFault('@npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6') // → 'more than a NIP-19 code; did you mean npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6?'
 */
export function codeFault(text: string): string {
  const within = codeWithin(text);
  if (within !== undefined) return `more than a NIP-19 code; did you mean ${within}?`;
  const fault = hexFault(text);
  if (fault !== undefined) return fault;
  const meant = meantCode(text.toLowerCase());
  return `${faultOf(text)}: ${quote(text)}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/**
 * What is wrong with hex that is nearly an id or a key; undefined for other texts. Nothing of it is quoted.
 * @example
 * hexFault('f'.repeat(63)) // → '63 hex digits are neither an id nor a key: these have 64'
 * hexFault(`${'f'.repeat(63)}g`) // → 'no id and no key: character 64 is no hex digit'
 * hexFault(`0x${'f'.repeat(64)}`) // → 'an id or a key is written without 0x'
 * hexFault('hello') // → undefined
 */
export function hexFault(text: string): string | undefined {
  if (/^0x[0-9a-f]{64}$/i.test(text)) return 'an id or a key is written without 0x';
  if (/^[0-9a-f]{40,}$/i.test(text))
    return text.length === 64
      ? undefined
      : `${text.length} hex digits are neither an id nor a key: these have 64`;
  if (text.length !== 64 || !/^[a-z0-9]*$/i.test(text)) return undefined;
  const strange = text.search(/[^0-9a-f]/i);
  const isOne = !/[^0-9a-f]/i.test(text.slice(strange + 1));
  return isOne ? `no id and no key: character ${strange + 1} is no hex digit` : undefined;
}

function faultOf(text: string): string {
  const [, name, data = ''] = KNOWN.exec(text) ?? [];
  if (name === undefined)
    return `not a NIP-19 code${/^[!-~]+1[!-~]{6,}$/.test(text) ? ', or mistyped (invalid checksum)' : ''}`;
  const prefix = name.toLowerCase();
  const whole = LENGTHS[prefix];
  if (data.length < LEAST_DATA)
    return `not a NIP-19 code: too short${whole === undefined ? '' : ` (${text.length} of ${whole} characters)`}`;
  if (whole !== undefined && text.length > whole)
    return `not a NIP-19 code: too long (${text.length} characters instead of ${whole})`;
  if (prefix === 'nsec') return 'mistyped (invalid checksum)'; // where, is told of no secret
  const strange = data.search(/[^02-9ac-hj-np-z]/i);
  if (strange < 0)
    return whereMixed(text) ?? `mistyped${whole === undefined ? ', or cut' : ''} (invalid checksum)`;
  return `not a NIP-19 code: character ${prefix.length + 2 + strange} is ${quote(data[strange])}, which no code holds`;
}

/** The first letter of the other case than that before it. */
function whereMixed(text: string): string | undefined {
  const upper = text.search(/[A-Z]/);
  const lower = text.search(/[a-z]/);
  if (upper < 0 || lower < 0) return undefined;
  const at = Math.max(upper, lower);
  return `not a NIP-19 code, for it mixes upper and lower case (character ${at + 1} is ${quote(text[at])})`;
}

/** A longer code is not read by anybody who typed it. */
const LONGEST_SHOWN = 1000;

/** Codes between other signs; a secret key among them. */
const WITHIN = /(?<![a-z0-9])(n(?:pub|sec|ote|profile|event|addr))1([a-z0-9]+)/g;

/** The one good code in a text that holds more; what is around it may be a secret, and is not shown. */
function codeWithin(text: string): string | undefined {
  if (text.length > LONGEST_SHOWN) return undefined;
  const found = [...text.toLowerCase().matchAll(WITHIN)];
  const codes = new Set(found.map(([code]) => code));
  const [code] = codes;
  if (code === undefined || codes.size > 1 || code === text.toLowerCase()) return undefined;
  const [, prefix = '', data = ''] = found[0]!;
  return PUBLIC.includes(prefix) && isWhole(code) && isRight(prefix, data) ? code : undefined;
}

/** Whether the code is as long as all of its sort. */
function isWhole(code: string): boolean {
  return code.length === (LENGTHS[code.slice(0, code.indexOf('1'))] ?? code.length);
}

function isRight(prefix: string, data: string): boolean {
  const letters = Int8Array.from(data, letter => LETTERS.indexOf(letter));
  return data.length >= LEAST_DATA && statesBefore(begin(prefix), letters)[letters.length] === DONE;
}

/** The code whose 1 is missing, or another sign. */
function withoutItsOne(text: string): string | undefined {
  const [, prefix = '', data = ''] = /^(npub|note|nprofile|nevent|naddr)(?!1)(.{1,1000})$/s.exec(text) ?? [];
  const meant = [data, data.slice(1)].find(letters => isRight(prefix, letters));
  return meant !== undefined && isWhole(`${prefix}1${meant}`) ? `${prefix}1${meant}` : undefined;
}

/** The only code that is one slip away. */
function meantCode(text: string): string | undefined {
  const whole = withoutItsOne(text);
  if (whole !== undefined) return whole;
  const [, prefix, data = ''] =
    /^([a-z]{1,12})1(.*)$/s.exec(text) ?? /^(np?[a-km-z]{3,6})[li|](.*)$/s.exec(text) ?? [];
  if (prefix === undefined || prefix === 'nsec' || text.length > LONGEST_SHOWN) return undefined;
  if (PUBLIC.includes(prefix)) {
    const codes = nearbyTexts(prefix, data).filter(isWhole);
    return codes.length === 1 ? codes[0] : undefined;
  }
  const name = nearest(prefix, PUBLIC);
  const code = `${name}1${data}`;
  return name !== undefined && nearbyTexts(name, data).includes(code) && isWhole(code) ? code : undefined;
}

const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** Of a state whose top five bits are shifted out, what is added for them (BIP-173). */
const FEEDBACK = Array.from({ length: 32 }, (_, top) =>
  [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].reduce(
    (sum, part, bit) => ((top >> bit) & 1 ? sum ^ part : sum),
    0,
  ),
);

/** The top bits again, from the low ones of what was added. */
const TOP_OF = FEEDBACK.map((_, low) => FEEDBACK.findIndex(sum => (sum & 31) === low));

/** The checksum of what has been read, after one more letter. */
function forth(state: number, letter: number): number {
  return ((state & 0x1ffffff) << 5) ^ FEEDBACK[state >>> 25]! ^ letter;
}

/** The state before that letter. */
function back(state: number, letter: number): number {
  const shifted = state ^ letter;
  const top = TOP_OF[shifted & 31]!;
  return (top << 25) | ((shifted ^ FEEDBACK[top]!) >>> 5);
}

/** The state of a whole text that is right. */
const DONE = 1;

/** The checksum of the prefix. */
function begin(prefix: string): number {
  let state = 1;
  for (const c of prefix) state = forth(state, c.charCodeAt(0) >> 5);
  state = forth(state, 0);
  for (const c of prefix) state = forth(state, c.charCodeAt(0) & 31);
  return state;
}

/**
 * The texts with a right checksum that are one slip away from this one, its prefix being right: `prefix` is what stands
 * before the 1, `data` what follows, both in lower case. At most one letter of the data may be outside the alphabet.
 * @example
 * nearbyTexts('npub', '80cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w5') // → ['npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6']
 * nearbyTexts('npub', 'qqqqqq') // → []
 */
export function nearbyTexts(prefix: string, data: string): string[] {
  const letters = Int8Array.from(data, letter => LETTERS.indexOf(letter));
  const strange = letters.indexOf(-1);
  if (strange !== letters.lastIndexOf(-1)) return [];
  const before = statesBefore(begin(prefix), letters);
  const wanted = statesWanted(letters);
  const found = new Set<string>();
  const add = (from: number, middle: string, to: number) =>
    found.add(`${prefix}1${data.slice(0, from)}${middle}${data.slice(to)}`);
  for (let i = 0; i <= letters.length && before[i] !== UNKNOWN; i++) {
    const here = before[i]!;
    const blank = forth(here, 0);
    const missing = blank ^ wanted[i]!;
    if (wanted[i] !== UNKNOWN && missing < 32) add(i, LETTERS[missing]!, i);
    const next = wanted[i + 1] ?? UNKNOWN;
    if (next !== UNKNOWN && here === next) add(i, '', i + 1);
    if (next !== UNKNOWN && (blank ^ next) < 32) add(i, LETTERS[blank ^ next]!, i + 1);
    const [first, second] = [letters[i] ?? -1, letters[i + 1] ?? -1];
    if (first < 0 || second < 0 || first === second) continue;
    if (forth(forth(here, second), first) === wanted[i + 2]) add(i, data[i + 1]! + data[i]!, i + 2);
  }
  return [...found];
}

/** No state: a letter on the way to it is none. */
const UNKNOWN = -1;

/** The state before each letter, as far as they are letters. */
function statesBefore(start: number, letters: Int8Array): Int32Array {
  const states = new Int32Array(letters.length + 1).fill(UNKNOWN);
  states[0] = start;
  for (let i = 0; i < letters.length && letters[i] !== -1; i++)
    states[i + 1] = forth(states[i]!, letters[i]!);
  return states;
}

/** What the state before each letter must be for the rest to be right, as far as the rest are letters. */
function statesWanted(letters: Int8Array): Int32Array {
  const states = new Int32Array(letters.length + 1).fill(UNKNOWN);
  states[letters.length] = DONE;
  for (let i = letters.length - 1; i >= 0 && letters[i] !== -1; i--)
    states[i] = back(states[i + 1]!, letters[i]!);
  return states;
}
