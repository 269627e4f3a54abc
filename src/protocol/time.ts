// Times and durations as people write them. The clock is a parameter.
import { quote } from './quote.ts';

/** Thrown when text is no point in time; the message quotes it. */
export class InvalidTime extends Error {
  override name = 'InvalidTime';
}

/** Thrown when text is no duration; the message quotes it. */
export class InvalidDuration extends Error {
  override name = 'InvalidDuration';
}

/**
 * Whether `value` can be a `created_at`, `since` or `until`: whole seconds, 0 to 2^53 - 1.
 * @example
 * isTime(0) // → true
 * isTime(-1) // → false
 * isTime(2 ** 53) // → false
 */
export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * Unix seconds as ISO 8601; the number itself where there is no such date, as events and invoices of strangers may have.
 * @example
 * isoTime(1700000000) // → '2023-11-14T22:13:20Z'
 * isoTime(2 ** 45) // → '35184372088832'
 */
export function isoTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace('.000Z', 'Z');
}

/** Later than this no time is meant in seconds: it would be after the year 5138. Milliseconds look like that. */
const LATEST_WRITTEN = 10 ** 11;

/**
 * Why a number that a person or a program wrote is no time in seconds, although it could be one; undefined for what
 * can be meant. Times of events that came from elsewhere are taken as they are.
 * @example
 * implausibleTime(1700000000) // → undefined
 * implausibleTime(1700000000000) // → '1700000000000 is a time in milliseconds; write seconds: 1700000000'
 * implausibleTime(1e15) // → '1000000000000000 is after the year 5138; write unix seconds'
 */
export function implausibleTime(seconds: number): string | undefined {
  if (seconds <= LATEST_WRITTEN) return undefined;
  const meant = Math.floor(seconds / 1000);
  if (meant > LATEST_WRITTEN) return `${seconds} is after the year 5138; write unix seconds`;
  return `${seconds} is a time in milliseconds; write seconds: ${meant}`;
}

const DATE_IN_DIGITS =
  /^((?:19|20)\d\d)(?:(0[1-9]|1[0-2])(?:(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?)?)?$/;

/**
 * The date that digits without anything between them look like, in ISO 8601: a year, a month, a day or a minute of one.
 * As unix seconds they would be a day of 1970, or one long after us. Undefined for other texts.
 * @example
 * dateInDigits('20240105') // → '2024-01-05'
 * dateInDigits('2024') // → '2024-01-01'
 * dateInDigits('202401051230') // → '2024-01-05T12:30:00'
 * dateInDigits('1700000000') // → undefined
 */
export function dateInDigits(text: string): string | undefined {
  const [, year, month = '01', day = '01', hour, minute, second = '00'] = DATE_IN_DIGITS.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date = `${year}-${month}-${day}`;
  return hour === undefined ? date : `${date}T${hour}:${minute}:${second}`;
}

/** Milliseconds, longest first. */
const UNITS = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
} as const;

const NUMBER = '(\\d+(?:\\.\\d+)?)';

/** Each unit at most once, the longest first: 2h30m. */
const DURATION = new RegExp(
  `^${Object.keys(UNITS)
    .map(unit => `(?:${NUMBER}${unit})?`)
    .join('')}$`,
);

/**
 * A duration in milliseconds: numbers with a unit of w d h m s ms, the longest unit first; a bare number is seconds.
 * Throws `InvalidDuration`.
 * @example
 * parseDuration('15m') // → 900000
 * parseDuration('1.5') // → 1500
 * parseDuration('250ms') // → 250
 * parseDuration('1h30m') // → 5400000
 * parseDuration('30m1h') // throws not a duration: "30m1h"
 * parseDuration('-1s') // throws not a duration: "-1s"
 */
export function parseDuration(text: string): number {
  const milliseconds = /^\d+(?:\.\d+)?$/.test(text) ? Math.round(Number(text) * UNITS.s) : sumOfUnits(text);
  if (!Number.isSafeInteger(milliseconds)) {
    throw new InvalidDuration(
      `not a duration: ${quote(text)}; write a number and a unit, such as 500ms, 90s, 15m, 2h30m`,
    );
  }
  return milliseconds;
}

/** NaN where the text is none. */
function sumOfUnits(text: string): number {
  const numbers = text === '' ? undefined : DURATION.exec(text)?.slice(1);
  if (numbers === undefined) return Number.NaN;
  const parts = Object.values(UNITS).map((unit, at) => Number(numbers[at] ?? 0) * unit);
  return Math.round(parts.reduce((sum, part) => sum + part));
}

/** The longest wait that a timer of Node holds; a longer one would end at once. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/**
 * A duration that is waited for, in milliseconds: more than 0, and no more than the 24 days that a timer holds.
 * Throws `InvalidDuration`.
 * @example
 * parseWait('90s') // → 90000
 * parseWait('0') // throws "0" is no time to wait; the shortest is 1ms
 * parseWait('4w') // throws "4w" is too long to wait; the longest is 24d
 */
export function parseWait(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === 0) throw new InvalidDuration(`${quote(text)} is no time to wait; the shortest is 1ms`);
  if (milliseconds > LONGEST_WAIT_MS)
    throw new InvalidDuration(`${quote(text)} is too long to wait; the longest is 24d`);
  return milliseconds;
}

/**
 * A point in time in unix seconds: unix seconds, ISO 8601 (UTC when it names no zone; fractions of a second are
 * cut off), `now`, `today` or `yesterday` (their midnight, UTC), or a duration back from `nowSeconds`.
 * Throws `InvalidTime`.
 * @example
 * parseTime('1700000000', 0) // → 1700000000
 * parseTime('2h30m', 10000) // → 1000
 * parseTime('2023-11-14T22:13:20Z', 0) // → 1700000000
 * parseTime('2023-11-14', 0) // → 1699920000
 * parseTime('yesterday', 1700000000) // → 1699833600
 * parseTime('2023-02-30', 0) // throws not a time: "2023-02-30"
 * parseTime('1700000000000', 0) // throws 1700000000000 is a time in milliseconds; write seconds: 1700000000
 */
export function parseTime(text: string, nowSeconds: number): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : timeInWords(text, nowSeconds);
  const fault = seconds === undefined ? undefined : implausibleTime(seconds);
  if (isTime(seconds) && fault === undefined) return seconds;
  if (isTime(seconds)) throw new InvalidTime(fault);
  throw new InvalidTime(
    `not a time: ${quote(text)}; write unix seconds, an ISO 8601 date, today, or a duration back from now such as 2h`,
  );
}

const DAY = UNITS.d / 1000;

function timeInWords(text: string, now: number): number | undefined {
  const midnight = now - (now % DAY);
  if (text === 'now') return now;
  if (text === 'today') return midnight;
  if (text === 'yesterday') return midnight - DAY;
  return isoSeconds(text) ?? secondsAgo(text, now);
}

function secondsAgo(text: string, nowSeconds: number): number | undefined {
  if (!/[a-z]$/.test(text)) return undefined; // a bare number is a point in time, not a duration
  try {
    return Math.floor(nowSeconds - parseDuration(text) / 1000);
  } catch {
    return undefined;
  }
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?)?$/;

function isoSeconds(text: string): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, day, minute = '00:00', second = ':00', zone = 'Z'] = match;
  const utc = Date.parse(`${day}T${minute}${second}Z`);
  // Date.parse turns 30 February into 2 March, and 24:00 into the next day.
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 16) !== `${day}T${minute}`) return undefined;
  return Date.parse(`${day}T${minute}${second}${zone}`) / 1000;
}
