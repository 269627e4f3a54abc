// The faults that a relay can be told to have: their names, what value each takes, and where each applies. Nothing here
// does anything; `nost help faults` says the same in words.
import { nearest } from '../../protocol/nearest.ts';
import { quote } from '../../protocol/quote.ts';
import { parseRate } from '../../protocol/rate.ts';
import { parseWait } from '../../protocol/time.ts';
import { parseScope, type Scope, scopeText } from './scope.ts';

/** What each fault holds. Times are milliseconds, chances above 0 and at most 1. */
export interface FaultValues {
  /** Time before EOSE. */
  'eose-delay': number;
  'no-eose': true;
  /** The message of the CLOSED that answers a REQ or COUNT. */
  closed: string;
  /** Events after which the connection ends without a goodbye. */
  'drop-after': number;
  /** Time before OK. */
  'ok-delay': number;
  'ok-never': true;
  /** The message of the OK that refuses an event. */
  reject: string;
  /** Chance that the signature of an event is altered. */
  'bad-sig': number;
  /** Chance that an event is sent twice. */
  dup: number;
  reorder: true;
  garbage: Garbage;
  /** Events after which half a frame ends the connection. */
  'half-frame': number;
  /** Events after which the connection is reset. */
  rst: number;
  /** Time between two frames. */
  slow: number;
  'ignore-limit': true;
  /** Stored events for one filter, whatever its limit. */
  cut: number;
  /** The NOTICE before each answer. */
  notice: string;
}

/** The chance of a frame of our own making, or what is sent each time. */
export type Garbage = { chance: number } | { text: string };

export type FaultName = keyof FaultValues;

export interface FaultOf<N extends FaultName> {
  readonly name: N;
  readonly value: FaultValues[N];
  readonly scope: Scope;
  /** As it was written. */
  readonly text: string;
  /** The name and the scope: a fault with the same key takes its place. */
  readonly key: string;
}

export type Fault = { [N in FaultName]: FaultOf<N> }[FaultName];

/** Thrown when text is no fault; the message says what is wrong with it. */
export class InvalidFault extends Error {
  override name = 'InvalidFault';
}

interface Form<T> {
  /** As it is written, for whoever left the value out. */
  example: string;
  /** Throws `Error` for what is no such value. */
  parse: (text: string) => T;
  /** The value when none is given; without it one must be. */
  absent?: T;
}

/** A fault that is there or not. */
const given = (name: FaultName): Form<true> => ({
  example: name,
  parse: () => {
    throw new Error('it takes no value');
  },
  absent: true,
});

const FORMS: { readonly [N in FaultName]: Form<FaultValues[N]> } = {
  'eose-delay': { example: 'eose-delay=5s', parse: delay },
  'no-eose': given('no-eose'),
  closed: { example: 'closed=auth-required', parse: text => reason('closed', text) },
  'drop-after': { example: 'drop-after=100', parse: wholeNumber },
  'ok-delay': { example: 'ok-delay=5s', parse: delay },
  'ok-never': given('ok-never'),
  reject: { example: 'reject=blocked', parse: text => reason('reject', text) },
  'bad-sig': { example: 'bad-sig=0.01', parse: chance, absent: 1 },
  dup: { example: 'dup=0.1', parse: chance, absent: 1 },
  reorder: given('reorder'),
  garbage: { example: 'garbage=0.1', parse: garbage, absent: { chance: 1 } },
  'half-frame': { example: 'half-frame=10', parse: wholeNumber, absent: 0 },
  rst: { example: 'rst=10', parse: wholeNumber, absent: 0 },
  slow: { example: 'slow=10/s', parse: rate },
  'ignore-limit': given('ignore-limit'),
  cut: { example: 'cut=128', parse: wholeNumber },
  notice: { example: 'notice=slow down', parse: text => text },
};

export const FAULT_NAMES = Object.keys(FORMS) as readonly FaultName[];

/**
 * A fault as a person writes it: a name, `=` and its value, and where it applies, each behind an `@`.
 * `bad-sig=0.01@kind=1@2` is on the first two connections and in events of kind 1. An `@` within a text is `\@`.
 * Throws `InvalidFault`.
 */
export function parseFault(text: string): Fault {
  const [head = '', ...scopes] = text.split(/(?<!\\)@/).map(part => part.replaceAll('\\@', '@'));
  const [, word = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(head)!;
  const name = nameOf(word.trim());
  try {
    const scope = parseScope(scopes);
    const read = { name, value: faultValue(name, value), scope, text, key: name + scopeText(scope) };
    return read as Fault; // the table gave the value that belongs to the name
  } catch (error) {
    throw new InvalidFault(`${name}: ${(error as Error).message}`);
  }
}

function nameOf(word: string): FaultName {
  if (Object.hasOwn(FORMS, word)) return word as FaultName;
  const names = word.split(',');
  if (names.length > 1 && names.every(name => Object.hasOwn(FORMS, name)))
    throw new InvalidFault(`${quote(word)} is several: give each by itself`);
  const guess = nearest(word.replaceAll('_', '-'), FAULT_NAMES);
  const hint = guess === undefined ? '; nost help faults lists them' : `; did you mean ${quote(guess)}?`;
  throw new InvalidFault(`unknown fault ${quote(word)}${hint}`);
}

function faultValue(name: FaultName, text: string | undefined): unknown {
  const { parse, absent, example } = FORMS[name];
  if (text !== undefined && text !== '') return parse(text);
  if (text === undefined && absent !== undefined) return absent;
  throw new Error(`its value is missing; write ${example}`);
}

/** No wait is longer, so that a forgotten fault does not hold a relay for days. */
const LONGEST_DELAY_MS = 3_600_000;

function delay(text: string): number {
  const milliseconds = parseWait(text);
  if (milliseconds > LONGEST_DELAY_MS) throw new Error(`${quote(text)} is too long; the longest is 1h`);
  return milliseconds;
}

function wholeNumber(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new Error(`${quote(text)} is not a whole number`);
  return value;
}

/** A decimal number, which may be too large for a chance. */
const DECIMAL = /^(?:\d+(?:\.\d*)?|\.\d+)$/;

function chance(text: string): number {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= 1) return value;
  throw new Error(`${quote(text)} is no chance; write a number above 0, at most 1, such as 0.01`);
}

/** A number is a chance, anything else is what is sent. */
function garbage(text: string): Garbage {
  return /^[-+\d.]+%?$/.test(text) ? { chance: chance(text) } : { text };
}

/** Milliseconds between two. */
function rate(text: string): number {
  const { count, ms } = parseRate(text);
  if (ms / count >= 1) return ms / count;
  throw new Error(`${quote(text)} is too fast, at most 1000/s`);
}

/** The machine-readable prefixes of NIP-01 and NIP-42. */
const PREFIXES: readonly string[] = [
  'auth-required',
  'blocked',
  'duplicate',
  'error',
  'invalid',
  'mute',
  'pow',
  'rate-limited',
  'restricted',
  'unsupported',
];

/** A prefix alone gets a text behind it; anything else is sent as it is, whatever its prefix. */
function reason(name: FaultName, text: string): string {
  const prefix = text.replace(/:\s*$/, '');
  return PREFIXES.includes(prefix) ? `${prefix}: this relay has the fault ${name}` : text;
}
