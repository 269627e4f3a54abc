// The disk is full before the last of some events: those that are stored are accepted and go to the others, the rest is
// refused.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Event } from '../../../src/protocol/event.ts';
import { MemoryTables } from '../../../src/server/store/memory-tables.ts';
import { type Admission, PartlyStored } from '../../../src/server/store/store.ts';
import { TableStore } from '../../../src/server/store/table-store.ts';
import { A } from '../../support/people.ts';
import { RawClient } from '../../support/raw-client.ts';
import { startNost } from '../../support/relays.ts';

/** Takes no more than two events at a time. */
class SmallStore extends TableStore {
  override async add(events: readonly Event[]): Promise<Admission[]> {
    const admissions = await super.add(events.slice(0, 2));
    if (events.length <= 2) return admissions;
    throw new PartlyStored(admissions, new Error('the disk is full'));
  }
}

test('what is stored before an error is accepted and delivered; the rest is refused, and may come again', async t => {
  const log: string[] = [];
  const store = new SmallStore(new MemoryTables());
  const { url, close } = await startNost({ store, log: line => log.push(line) });
  t.after(close);
  const [reader, writer] = await Promise.all([RawClient.connect(url), RawClient.connect(url)]);
  reader.send(['REQ', 'live', {}]);
  await reader.nextLike('EOSE');
  const events = Array.from({ length: 4 }, (_, i) => A.note(`${i}`));
  for (const event of events) writer.send(['EVENT', event]);
  const answers = [];
  for (const { id } of events) answers.push((await writer.nextLike('OK', id)).slice(2));
  const stored = answers.filter(([accepted]) => accepted).length;
  assert.deepEqual(answers.slice(stored), Array(4 - stored).fill([false, 'error: the relay failed on this']));
  assert.equal(store.size, stored);
  for (const { id } of events.slice(0, stored)) assert.equal((await reader.nextLike('EVENT'))[2].id, id);
  for (const event of events.slice(stored)) assert.equal((await writer.publish(event))[2], true);
});
