import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AccessList, RelayRules, refusalByRules } from '../../../../src/server/management/rules.ts';

const EVENT = { id: 'e1', pubkey: 'a', kind: 1 };

describe('an access list', () => {
  test('has a value on one list alone: the last one it was put on', () => {
    const list = new AccessList<string>();
    list.allow('a', 'friend');
    list.ban('a', 'spam');
    assert.deepEqual([[...list.allowed], [...list.banned]], [[], [['a', 'spam']]]);
    list.allow('a');
    assert.deepEqual([[...list.allowed], [...list.banned]], [[['a', '']], []]);
  });

  test('that is left is no other list that is entered', () => {
    const list = new AccessList<string>();
    list.ban('a');
    list.unban('a');
    list.allow('b');
    list.unallow('b');
    assert.equal(list.allowed.size + list.banned.size, 0);
    list.ban('a');
    list.unallow('a');
    assert.ok(list.refuses('a'));
  });

  test('refuses what is banned; where some are allowed, all others', () => {
    const list = new AccessList<number>();
    assert.ok(!list.refuses(1));
    list.ban(1);
    assert.ok(list.refuses(1) && !list.refuses(2));
    list.allow(3);
    assert.ok(list.refuses(2) && !list.refuses(3));
  });
});

describe('an event', () => {
  for (const [name, change, refusal] of [
    ['is taken at first', () => {}, undefined],
    ['of a banned author', rules => rules.pubkeys.ban('a', 'spam'), 'blocked: this author is banned: spam'],
    ['that is banned', rules => rules.events.ban('e1'), 'blocked: this event is banned'],
    ['of a kind that is not taken', rules => rules.kinds.ban(1), 'blocked: kind 1 is not taken here'],
    [
      'of another kind than those allowed',
      rules => rules.kinds.allow(7),
      'blocked: kind 1 is not taken here',
    ],
    [
      'of another author than those allowed',
      rules => rules.pubkeys.allow('b'),
      'restricted: this author is not on the list of those who may publish',
    ],
    [
      'that is allowed, of a banned author',
      rules => {
        rules.pubkeys.ban('a');
        rules.events.allow('e1');
      },
      undefined,
    ],
  ] as [string, (rules: RelayRules) => void, string | undefined][]) {
    test(`${name}: ${refusal ?? 'no refusal'}`, () => {
      const rules = new RelayRules();
      change(rules);
      assert.equal(refusalByRules(EVENT, rules), refusal);
    });
  }
});
