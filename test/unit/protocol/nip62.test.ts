import assert from 'node:assert/strict';
import test from 'node:test';
import { asksToVanish } from '../../../src/protocol/nip62.ts';

const URLS = ['ws://127.0.0.1:7447', 'ws://localhost:7447'];
const asks = (...tags: string[][]) => asksToVanish({ tags }, URLS);

test('a request names the relay by one of its URLs, among others', () => {
  assert.equal(asks(['relay', 'wss://other.example'], ['relay', 'ws://LOCALHOST:7447/']), true);
  assert.equal(asks(['relay', 'ws://localhost:7448']), false);
  assert.equal(asks(['relay', 'ws://localhost:7447/path']), false);
});

test('ALL_RELAYS stands for every relay; nothing else does', () => {
  assert.equal(asks(['relay', 'ALL_RELAYS']), true);
  for (const value of ['all_relays', '*', '', 'nonsense']) assert.equal(asks(['relay', value]), false, value);
  assert.equal(asks(['relay']), false);
  assert.equal(asks(['r', 'ALL_RELAYS']), false);
});
