// The table of kinds in the README of the NIPs, row by row.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindInfo, parseKinds } from '../../src/protocol/kind.ts';
import { describeVectors, vectorLines } from '../support/vectors.ts';

/** `39000-9` is 39000 to 39009. */
function kindsOf(text: string): number[] {
  const [first, tail] = text.split('-') as [string, string | undefined];
  const last = tail === undefined ? first : first.slice(0, -tail.length) + tail;
  return parseKinds(`${first}-${last}`);
}

describeVectors('kinds.tsv', () => {
  const rows = vectorLines('kinds.tsv').slice(1);

  test('holds 172 rows', () => assert.equal(rows.length, 172));

  for (const row of rows) {
    const [text, description, nip] = row.split('\t') as [string, string, string];
    test(`${text} ${description}`, () => {
      for (const kind of kindsOf(text)) {
        const info = kindInfo(kind);
        assert.ok(info, `${kind} has no name`);
        assert.ok(parseKinds(info.name).includes(kind));
        if (!text.includes('-')) assert.equal(info.description, description);
        assert.ok(nip === '' || nip.includes(info.nip!), `${info.nip} is not ${nip}`);
      }
    });
  }
});
