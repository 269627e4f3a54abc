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
