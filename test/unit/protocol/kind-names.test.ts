import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKinds } from '../../../src/protocol/kind.ts';
import { KINDS } from '../../../src/protocol/kind-names.ts';

const NAMES = KINDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);

test('the table is sorted and no kind is in two rows', () => {
  for (const [i, row] of KINDS.entries()) {
    const before = KINDS[i - 1];
    if (before) assert.ok((before.last ?? before.kind) < row.kind, `${before.kind}, ${row.kind}`);
  }
});

test('every name and alias is kebab case, unique and no number', () => {
  assert.equal(new Set(NAMES).size, NAMES.length);
  for (const name of NAMES) assert.match(name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
});

test('the names people guess lead where they expect', () => {
  const guesses: Record<string, number> = {
    note: 1,
    'text-note': 1,
    profile: 0,
    metadata: 0,
    follows: 3,
    contacts: 3,
    'relay-list': 10002,
    'mute-list': 10000,
    dm: 14,
    'encrypted-dm': 4,
    'gift-wrap': 1059,
    seal: 13,
    zap: 9735,
    'zap-request': 9734,
    reaction: 7,
    repost: 6,
    comment: 1111,
    delete: 5,
    deletion: 5,
    article: 30023,
    'long-form': 30023,
    'dm-relays': 10050,
    'http-auth': 27235,
    report: 1984,
    poll: 1068,
    'live-event': 30311,
  };
  for (const [name, kind] of Object.entries(guesses)) assert.deepEqual(parseKinds(name), [kind], name);
});
