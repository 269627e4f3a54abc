import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { cutTornLine, isLastLineTorn } from '../../../../src/run/sync/lines-file.ts';
import { folderOf, jsonl, notes } from '../../../support/sync-world.ts';

const WHOLE = jsonl(notes(2));
const TORN = jsonl(notes(1, 2)).slice(0, 150);

describe('a last line without a newline', () => {
  for (const [what, tail, isCut] of [
    ['the beginning of an event', TORN, true],
    ['the beginning of a field', '{"i', true],
    ['a bracket alone', '{', true],
    ['a whole event', jsonl(notes(1, 2)).trimEnd(), false],
    ['words', 'my diary', false],
    ['other JSON', '{"my":"set', false],
    ['nothing', '', false],
  ] as const)
    test(`${what} is ${isCut ? '' : 'not '}cut off`, async t => {
      const path = join(folderOf(t), 'events.jsonl');
      writeFileSync(path, WHOLE + tail);
      assert.equal(await isLastLineTorn(path), tail !== '');
      assert.equal(await cutTornLine(path), isCut ? tail.length : 0);
      assert.equal(readFileSync(path, 'utf8'), isCut ? WHOLE : WHOLE + tail);
    });

  test('one that another program is still writing stays', async t => {
    const path = join(folderOf(t), 'events.jsonl');
    const [line, more] = [jsonl(notes(1, 2)), jsonl(notes(5, 3))];
    writeFileSync(path, WHOLE + line.slice(0, 150));
    const cut = cutTornLine(path);
    const writing = setInterval(() => {
      clearInterval(writing);
      appendFileSync(path, line.slice(150) + more);
    }, 20);
    assert.equal(await cut, 0);
    assert.equal(readFileSync(path, 'utf8'), WHOLE + line + more);
  });
});
