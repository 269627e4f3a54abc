// How many in how long, as people write it: 10/s, 30/m, 5/h.
import { quote } from './quote.ts';

/** At most `count` in `ms` milliseconds. */
export interface Rate {
  count: number;
  ms: number;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A rate. Throws for another text.
 * @example
 * parseRate('10/s') // → { count: 10, ms: 1000 }
 * parseRate('0/s') // throws "0/s" is no rate; write 10/s, 30/m or 5/h
 */
export function parseRate(text: string): Rate {
  const [, digits, unit = ''] = /^(\d{1,6})\/([smh])$/.exec(text) ?? [];
  const count = Number(digits);
  if (count > 0) return { count, ms: UNITS[unit]! };
  throw new Error(`${quote(text)} is no rate; write 10/s, 30/m or 5/h`);
}
