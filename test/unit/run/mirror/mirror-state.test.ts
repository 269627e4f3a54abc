// The state file of a mirror: how far it is, for these filters, and for one mirror at a time.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Filter } from '../../../../src/protocol/filter.ts';
import { MirrorState } from '../../../../src/run/mirror/mirror-state.ts';
import { folderOf } from '../../../support/sync-world.ts';

const [A, B] = ['wss://a.example/', 'wss://b.example/'];
const NOTES: Filter[] = [{ kinds: [1], since: 100 }];

/** What a run with these filters is told of one that wrote 1234. */
async function toldOf(path: string, filters: readonly Filter[]): Promise<number | undefined> {
  const state = await MirrorState.open(path, filters);
  await state.close();
  return state.sinceOf(A, B);
}

describe('the state file', () => {
  test('tells the next run how far the last one was, and is whole and private', async t => {
    const folder = folderOf(t);
    const path = join(folder, 'state.json');
    const state = await MirrorState.open(path, NOTES);
    assert.equal(state.sinceOf(A, B), undefined);
    await Promise.all([1, 2, 1234].map(since => state.write({ [A]: { since, targets: { [B]: since } } })));
    await state.close();
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')).sources[A], {
      since: 1234,
      targets: { [B]: 1234 },
    });
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['state.json'], 'nothing is left beside it');
    assert.equal(await toldOf(path, NOTES), 1234);
  });

  test('holds for its filters, and for those that begin later', async t => {
    const path = join(folderOf(t), 'state.json');
    const state = await MirrorState.open(path, NOTES);
    await state.write({ [A]: { targets: { [B]: 1234 } } });
    await state.close();
    assert.equal(await toldOf(path, [{ kinds: [1], since: 200 }]), 1234);
    assert.equal(await toldOf(path, [{ kinds: [1], since: 50 }]), undefined);
    assert.equal(await toldOf(path, [{ kinds: [1, 7], since: 100 }]), undefined);
    assert.equal(await toldOf(path, [...NOTES, { kinds: [7] }]), undefined);
  });

  test('is of one mirror at a time; a process that has ended has it no more', async t => {
    const path = join(folderOf(t), 'state.json');
    const state = await MirrorState.open(path, NOTES);
    await assert.rejects(MirrorState.open(path, NOTES), { kind: 'io', code: 'state_in_use' });
    await state.close();
    const { pid } = spawnSync('true');
    writeFileSync(`${path}.lock`, `${pid} 1`);
    assert.equal(await toldOf(path, NOTES), undefined);
    assert.ok(!existsSync(`${path}.lock`));
  });

  for (const [what, text] of [
    ['no JSON', 'my diary'],
    ['JSON of something else', '{"version":1,"my":"notes"}'],
    ['a newer version', '{"version":2,"sources":{}}'],
    ['a time that is none', `{"version":1,"sources":{"${A}":{"targets":{"${B}":"soon"}}}}`],
    ['the state of publish', `{"relay":"${A}","accepted":[]}\n`],
  ] as const)
    test(`that is ${what} is refused, and stays as it is`, async t => {
      const path = join(folderOf(t), 'state.json');
      writeFileSync(path, text);
      await assert.rejects(MirrorState.open(path, NOTES), { kind: 'io', code: 'state' });
      assert.equal(readFileSync(path, 'utf8'), text);
      assert.ok(!existsSync(`${path}.lock`));
    });

  test('in a folder that is not there is refused', async t => {
    const path = join(folderOf(t), 'no', 'state.json');
    await assert.rejects(MirrorState.open(path, NOTES), { kind: 'io', code: 'state' });
  });
});
