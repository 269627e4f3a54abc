// How the values of flags are read. A value that does not parse is a usage error that names the flag and quotes the
// value. Nothing here reads a file or a clock.
import { Failure, UsageError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';

/** From what was typed to what the command gets. Throws `Error` for what is no such value. */
export type Parser<T> = (text: string) => T;

/** Wraps a parser, so that what it throws becomes a usage error of this flag. */
export function parsedBy<T>(flag: string, parse: Parser<T>): Parser<T> {
  return text => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof Failure) throw error;
      const hint = text.trim() === '' ? UNSET : undefined;
      throw new UsageError(`${flag}: ${(error as Error).message}`, { code: 'bad_value', hint });
    }
  };
}

/** What is said of an empty word where something should stand. */
export const UNSET = 'Perhaps a variable of the shell is not set.';

/** The text as it was typed. */
export const verbatim: Parser<string> = text => text;

/** A whole number from `least` to `most`, in decimal digits. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Parser<number> {
  return text => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least)) throw new Error(`${quote(text)} is not a whole number of at least ${least}`);
    if (value > most) throw new Error(`${quote(text)} is above ${most}`);
    return value;
  };
}

const UNITS = ['', 'K', 'M', 'G', 'T'];

/** Bytes, as `500M` or `2G`: each unit is 1024 of the one before. */
export function size(least: number): Parser<number> {
  return text => {
    const [, digits = '', unit = ''] = /^(\d{1,15})([KMGT]?)B?$/i.exec(text) ?? [];
    const bytes = digits === '' ? Number.NaN : Number(digits) * 1024 ** UNITS.indexOf(unit.toUpperCase());
    if (!Number.isSafeInteger(bytes)) throw new Error(`${quote(text)} is no size; write 500M or 2G`);
    if (bytes < least) throw new Error(`${quote(text)} is below ${least} bytes`);
    return bytes;
  };
}

/** How many events may be in flight: a number of at least 1, or `auto`. */
export function parsePipeline(text: string): number | 'auto' {
  return text === 'auto' ? text : wholeNumber(1)(text);
}

/** `--require N|all`. */
export function parseRequire(text: string): number | 'all' {
  return text === 'all' ? 'all' : wholeNumber(1)(text);
}

/** How many of `relays` must say yes. Asking for more than there are is a usage error, not a sure failure. */
export function requiredRelays(require: number | 'all' | undefined, relays: number): number {
  if (require === 'all') return relays;
  const count = require ?? 1;
  if (count > relays) {
    throw new UsageError(`--require ${count} asks for more relays than the ${relays} given`, {
      code: 'bad_value',
    });
  }
  return count;
}
