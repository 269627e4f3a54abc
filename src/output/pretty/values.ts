// Values of JSON in words for people, on one line, with nothing in them that could steer a terminal.
import { sanitizeText } from '../sanitize.ts';

/** More of one value is not shown: a hostile document would fill the screen. */
const LONGEST = 2000;

/** One value as text: lists with commas, `yes` and `no`, anything deeper as JSON. */
export function inWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text =
    typeof value === 'string' ? value : Array.isArray(value) ? listOf(value) : JSON.stringify(value);
  const shown = text.slice(0, LONGEST).toWellFormed();
  return safeLine(text.length > LONGEST ? `${shown}… ${text.length - LONGEST} more characters` : shown);
}

/** The value of a field: what is a time by its name is a date. */
export function fieldInWords(name: string, value: unknown): string {
  return typeof value === 'number' && /^(?:created|created_at|expires_at|published_at)$/.test(name)
    ? timeInWords(value)
    : inWords(value);
}

/** Unix seconds as a date to the second, UTC; the number itself when it is beyond the range of dates. */
export function timeInWords(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return String(seconds);
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}

/** Text on one line: tabs are blanks, control characters and what turns the direction of reading are escapes. */
export function safeLine(text: string): string {
  return sanitizeText(text.replaceAll('\t', '    '));
}

function listOf(values: readonly unknown[]): string {
  const isFlat = values.every(value => typeof value !== 'object' || value === null);
  return isFlat ? values.map(String).join(', ') : JSON.stringify(values);
}

/** A field by its name; `limitation.max_limit` is one level down. */
export type Field = [name: string, value: unknown];

/** The fields of an object; those of objects within it stand for themselves, one level deep. */
export function fieldsOf(record: object): Field[] {
  return Object.entries(record).flatMap(([name, value]): Field[] => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, value]];
    return Object.entries(value).map(([inner, deep]): Field => [`${name}.${inner}`, deep]);
  });
}
