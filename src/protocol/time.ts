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

/** Milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A duration in milliseconds: a number and a unit of ms s m h d w; a bare number is seconds.
 * Throws `InvalidDuration`.
 * @example
 * parseDuration('15m') // → 900000
 * parseDuration('1.5') // → 1500
 * parseDuration('250ms') // → 250
 * parseDuration('1h30m') // throws not a duration: "1h30m"
 * parseDuration('-1s') // throws not a duration: "-1s"
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|[smhdw])?$/.exec(text);
  const milliseconds = match ? Math.round(Number(match[1]) * UNITS[match[2] ?? 's']!) : Number.NaN;
  if (!Number.isSafeInteger(milliseconds)) {
    throw new InvalidDuration(
      `not a duration: ${quote(text)}; write a number and a unit, such as 500ms, 90s, 15m`,
    );
  }
  return milliseconds;
}

/**
 * A point in time in unix seconds: unix seconds, ISO 8601 (UTC when it names no zone; fractions of a second are
 * cut off), or a duration back from `nowSeconds`.
 * Throws `InvalidTime`.
 * @example
 * parseTime('1700000000', 0) // → 1700000000
 * parseTime('2h', 10000) // → 2800
 * parseTime('2023-11-14T22:13:20Z', 0) // → 1700000000
 * parseTime('2023-11-14', 0) // → 1699920000
 * parseTime('2023-02-30', 0) // throws not a time: "2023-02-30"
 * parseTime('yesterday', 0) // throws not a time: "yesterday"
 */
export function parseTime(text: string, nowSeconds: number): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : (isoSeconds(text) ?? secondsAgo(text, nowSeconds));
  if (!isTime(seconds)) {
    throw new InvalidTime(
      `not a time: ${quote(text)}; write unix seconds, an ISO 8601 date, or a duration back from now such as 2h`,
    );
  }
  return seconds;
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
