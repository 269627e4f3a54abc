import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  InvalidRelayInformation,
  parseRelayInformation,
  relayInformationFaults,
} from '../../../src/protocol/nip11.ts';

test('an empty document is a document', () => {
  assert.deepEqual(parseRelayInformation({}), {});
});

test('what is no JSON object is none', () => {
  for (const value of [null, [], 'x', 7, undefined]) {
    assert.throws(() => parseRelayInformation(value), InvalidRelayInformation);
    assert.throws(() => relayInformationFaults(value), InvalidRelayInformation);
  }
});

test('unknown fields are kept, at the top and inside', () => {
  const document = {
    retention: [{ time: 1 }],
    limitation: { max_filters: 5, max_limit: 1 },
    fees: { tip: [] },
  };
  assert.deepEqual(parseRelayInformation(document), document);
});

test('a field of the wrong type is left out of the view and named', () => {
  const document = {
    name: ['x'],
    supported_nips: [1, -2],
    limitation: { max_limit: '500', auth_required: 'false', min_pow_difficulty: 0 },
    fees: { admission: [{ amount: '1', unit: 'msats' }] },
  };
  assert.deepEqual(parseRelayInformation(document), { limitation: { min_pow_difficulty: 0 }, fees: {} });
  assert.deepEqual(
    relayInformationFaults(document).map(fault => fault.split(' ')[0]),
    ['name', 'supported_nips', 'limitation.max_limit', 'limitation.auth_required', 'fees.admission'],
  );
});

test('a fee is a number that JSON can hold', () => {
  const document = JSON.parse('{"fees":{"admission":[{"amount":1e999,"unit":"msats"}]}}');
  assert.deepEqual(parseRelayInformation(document), { fees: {} });
});

test('a limitation that is no object is a fault, null is nothing', () => {
  assert.match(relayInformationFaults({ limitation: [] })[0]!, /limitation must be an object, not \[\]/);
  assert.deepEqual(relayInformationFaults({ limitation: null, name: null }), []);
  assert.deepEqual(parseRelayInformation({ limitation: null }), {});
});

test('fields named like parts of every object are unknown fields', () => {
  const document = JSON.parse('{"__proto__":{"name":"x"},"constructor":1,"limitation":{"toString":2}}');
  const view = parseRelayInformation(document);
  assert.equal(view.name, undefined);
  assert.equal(JSON.stringify(view), JSON.stringify(document));
});
