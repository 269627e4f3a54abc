// The independent relay: its known faults are found, and nothing else is called one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CASES } from '../../../src/check/cases/all.ts';
import { check, failing } from '../../support/checked.ts';
import { startIndependentRelay } from '../../support/independent-relay.ts';

/** The required cases that it fails, and why it does. */
const FAULTS: Readonly<Record<string, string>> = {
  'live-by-tag':
    'new events are held against ids, authors, kinds and times of a filter, not against its tags',
  'tags-verbatim': 'a tag `["alt"]` without a value ends its search index with a TypeError',
  'tag-conditions-three': 'more than two tag conditions match nothing',
  'empty-ids': '`ids: []` is no condition',
  'empty-authors': '`authors: []` is no condition',
  'empty-kinds': '`kinds: []` is no condition',
  'delete-request-served': 'deletion requests are obeyed, and not stored',
  'delete-for-good': 'a deleted event can be published again',
  'delete-address-older-later': 'an older version of a deleted address can be published',
  'delete-address-newer-stays': 'a deletion by address takes the newer version too',
};

/** With NIP-42. */
const FAULTS_OF_AUTH: Readonly<Record<string, string>> = {
  'auth-required-prefix':
    'a REQ for private messages is closed with `restricted:`, not with `auth-required:`',
};

/** A search for words with a hyphen is an SQL error that nobody catches: it would end the process of this test. */
const WITHOUT_SEARCH = CASES.filter(({ nip }) => nip !== 50);

for (const auth of [false, true])
  test(`the independent relay ${auth ? 'with' : 'without'} AUTH fails the cases of its known faults`, async t => {
    const relay = await startIndependentRelay({ auth });
    t.after(() => relay.close());
    t.mock.method(console, 'error', () => {}); // it tells of its TypeError
    const known = { ...FAULTS, ...(auth && FAULTS_OF_AUTH) };
    assert.deepEqual(
      failing(await check(relay.url, { cases: WITHOUT_SEARCH })).sort(),
      Object.keys(known).sort(),
    );
  });
