import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Going, plan } from '../../../../src/run/deletion/plan.ts';
import { parseTarget } from '../../../../src/run/deletion/target.ts';
import { A, T0 } from '../../../support/people.ts';

const options = { now: T0, reason: '', named: undefined, home: ['wss://home.example'] };

function going(d: string, ahead: number): Going {
  const target = parseTarget(`30023:${A.publicKey}:${d}`);
  const versions = Array.from({ length: ahead }, (_, i) => ({
    ...{ id: `${d}${i}`.padStart(64, '0'), kind: 30023, created_at: T0 + 1 + i },
    ...{ deleters: [A.publicKey], excerpt: '' },
  }));
  return { ids: [], address: target.key, kind: 30023, target, versions, relays: [`wss://${d}.example`] };
}

test('a request is dated now, and names by its id each version that is dated ahead', () => {
  const [request] = plan([going('a', 2), going('b', 0)], options);
  assert.equal(request!.template.created_at, T0);
  assert.deepEqual(
    request!.template.tags.map(([name]) => name),
    ['e', 'e', 'a', 'a', 'k'],
  );
  assert.deepEqual(request!.relays, ['wss://a.example', 'wss://b.example', 'wss://home.example']);
});

test('versions that are dated ahead count towards the size of a request', () => {
  const many = Array.from({ length: 60 }, (_, i) => going(`n${i}`, 50));
  for (const { template } of plan(many, options))
    assert.ok(JSON.stringify(template.tags).length < 64 * 1024, `${template.tags.length} tags`);
});
