import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nip05Url, parseNip05, readNip05 } from '../../src/protocol/nip05.ts';
import { describeVectors, vectorJson } from '../support/vectors.ts';

describeVectors('nip05/nip05.json', () => {
  const { url, must_reject, documents } = vectorJson('nip05/nip05.json');

  for (const [name, expected] of url) test(name, () => assert.equal(nip05Url(parseNip05(name)), expected));

  // Upper case is lowered, as the note beside it tolerates.
  for (const name of must_reject.filter((text: string) => !text.includes('tolerated')))
    test(`rejects ${name}`, () => assert.throws(() => parseNip05(name), { name: 'InvalidNip05' }));

  for (const [i, { identifier, json, pubkey, ok }] of documents.entries())
    test(`document ${i + 1}: ${identifier}`, () => {
      const said = () => readNip05(json, parseNip05(identifier).local).pubkey;
      if (ok) assert.equal(said(), pubkey);
      else {
        let answer: string | undefined;
        try {
          answer = said();
        } catch {
          answer = undefined;
        }
        assert.notEqual(answer, pubkey);
      }
    });
});
