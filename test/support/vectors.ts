// Where the published vectors are. They are read in place, never copied.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { type Event, parseEventJson } from '../../src/protocol/event.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** `NOST_VECTORS`, or `../shared/vectors` beside the repository. */
export const VECTORS = resolve(process.env['NOST_VECTORS'] ?? join(ROOT, '../shared/vectors'));

/** Whether the folder is there. */
export const haveVectors = existsSync(join(VECTORS, 'README.md'));

/**
 * A `describe` that needs the vectors. Without them it is skipped and says why; with `CI=true` it fails, so that
 * a machine that is meant to have them cannot pass by accident.
 */
export function describeVectors(name: string, body: () => void): void {
  const reason = `no vectors at ${VECTORS} (set NOST_VECTORS)`;
  if (haveVectors) describe(name, body);
  else if (process.env['CI'] === 'true') test(name, () => assert.fail(reason));
  else test(name, { skip: reason }, () => {});
}

/** The text of a vector file. */
export function vectorText(path: string): string {
  return readFileSync(join(VECTORS, path), 'utf8');
}

/** A vector file of JSON. Its shape is the file's own. */
// biome-ignore lint/suspicious/noExplicitAny: each file has its own shape, checked by the test that reads it
export function vectorJson(path: string): any {
  return JSON.parse(vectorText(path));
}

/** What a vector file says of itself, for people. */
const PROSE = ['source', 'note', 'notes'];

/**
 * `describeVectors` of one file of JSON, which is given to `body`. The last test in it fails when a value of the file was
 * read by no test; `prose` names the fields that are for people, beside `source` and `note`.
 */
export function describeWhole(
  path: string,
  // biome-ignore lint/suspicious/noExplicitAny: each file has its own shape, checked by the test that reads it
  body: (data: any) => void,
  { prose = [] }: { prose?: readonly string[] } = {},
): void {
  describeVectors(path, () => {
    const data = vectorJson(path);
    const read = new Set<string>();
    body(watched(data, '', read));
    test('no value of the file is unread', () =>
      assert.deepEqual(unreadOf(data, read, [...PROSE, ...prose]), []));
  });
}

/** The places in `data` that are not among those read, each index as N. */
export function unreadOf(data: unknown, read: ReadonlySet<string>, prose: readonly string[]): string[] {
  const unread = leavesOf(data, '', prose).filter(place => !read.has(place));
  return [...new Set(unread.map(place => place.replace(/\/\d+(?=\/|$)/g, '/N')))];
}

/** The value; the places of what is read of it are put into `read`. */
export function watched<T>(value: T, place: string, read: Set<string>): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const found = Reflect.get(target, key, receiver);
      if (typeof key !== 'string' || !Object.hasOwn(target, key)) return found;
      read.add(`${place}/${key}`);
      return watched(found, `${place}/${key}`, read);
    },
  });
}

/** The places of everything in a value that is no object and no prose. */
function leavesOf(value: unknown, place: string, prose: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return [place];
  return Object.entries(value)
    .filter(([key]) => !prose.includes(key))
    .flatMap(([key, inner]) => leavesOf(inner, `${place}/${key}`, prose));
}

/** The lines of a vector file, without empty ones. */
export function vectorLines(path: string): string[] {
  return vectorText(path)
    .split('\n')
    .filter(line => line !== '');
}

/** The 2,515 real events, parsed and in the order of the file. */
export function realEvents(): Event[] {
  return vectorLines('events/real-events-permissive.jsonl').map(parseEventJson);
}
