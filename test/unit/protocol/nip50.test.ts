import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileSearch } from '../../../src/protocol/nip50.ts';

test('a search finds contents that hold all its words, in any order and case', () => {
  const finds = compileSearch('  Best  NOSTR ');
  assert.equal(finds('nostr is the best'), true);
  assert.equal(finds('nostrich at its bestest'), true);
  assert.equal(finds('nostr is good'), false);
});

test('extensions are ignored, and no words find everything', () => {
  for (const search of ['', ' ', 'language:en', 'include:spam sentiment:positive'])
    assert.equal(compileSearch(search)('anything'), true);
  assert.equal(compileSearch('a:b c')('no such letter'), true);
  assert.equal(compileSearch('https://a')('no link'), true); // reads like an extension
});
