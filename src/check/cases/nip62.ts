// NIP-62: an author's request to vanish. Each case has a key of its own for it, and names this relay alone.
import type { Event } from '../../protocol/event.ts';
import type { Case } from '../case.ts';
import { noneOf, sameIds } from '../expect.ts';
import type { Key } from '../key.ts';
import type { Trial } from '../trial.ts';

const FULLY =
  'Relays MUST fully delete any events from the `.pubkey` if their service URL is tagged in the event';
const NEVER = 'Relays MUST ensure the deleted events cannot be re-broadcasted into the relay';

function request(trial: Trial, key: Key, url = trial.run.url): Promise<Event> {
  return trial.event({ kind: 62, content: 'a test', tags: [['relay', url]] }, key);
}

/** Two events of a key from before now. */
function past(trial: Trial, key: Key): Promise<Event[]> {
  return Promise.all([60, 30].map(ago => trial.event({ created_at: trial.now - ago }, key)));
}

export const VANISHING: readonly Case[] = [
  {
    name: 'vanish',
    nip: 62,
    title: 'deletes all events of an author who asks to vanish, and no others',
    words: FULLY,
    level: 'required',
    onlyIfClaimed: true,
    async run(trial) {
      const [key, other] = [trial.newKey(), trial.newKey()];
      const [events, others] = [await past(trial, key), await past(trial, other)];
      const dialogue = await trial.open();
      await dialogue.plant(...events, ...others, await request(trial, key));
      const filter = { ...trial.mine, kinds: [1] };
      const came = await dialogue.stored(filter);
      noneOf(came, events, 'after a request to vanish a REQ');
      sameIds(came, others, 'after a request to vanish a REQ');
    },
  },
  {
    name: 'vanish-for-good',
    nip: 62,
    title: 'does not take back what has vanished',
    words: NEVER,
    level: 'required',
    onlyIfClaimed: true,
    async run(trial) {
      const key = trial.newKey();
      const events = await past(trial, key);
      const dialogue = await trial.open();
      await dialogue.plant(events[0]!, await request(trial, key));
      for (const event of events) await dialogue.offer(event);
      noneOf(await dialogue.stored({ ...trial.mine, kinds: [1] }), events, 'after a request to vanish a REQ');
    },
  },
  {
    name: 'vanish-elsewhere',
    nip: 62,
    title: 'does not obey a request to vanish from another relay',
    words: '… if their service URL is tagged in the event',
    level: 'required',
    onlyIfClaimed: true,
    async run(trial) {
      const key = trial.newKey();
      const events = await past(trial, key);
      const dialogue = await trial.open();
      await dialogue.plant(...events);
      await dialogue.offer(await request(trial, key, 'wss://elsewhere.example'));
      const came = await dialogue.stored({ ...trial.mine, kinds: [1] });
      sameIds(came, events, 'after a request to vanish from another relay a REQ');
    },
  },
  {
    name: 'vanish-then-new',
    nip: 62,
    title: 'takes new events of an author who has vanished',
    words: 'delete everything … from the `.pubkey` until its `.created_at`',
    level: 'informational',
    onlyIfClaimed: true,
    async run(trial) {
      const key = trial.newKey();
      const vanish = await trial.event(
        { kind: 62, content: '', created_at: trial.now - 30, tags: [['relay', trial.run.url]] },
        key,
      );
      const newer = await trial.event({}, key);
      const dialogue = await trial.open();
      await dialogue.plant(vanish);
      await dialogue.offer(newer);
      sameIds(await dialogue.stored({ ...trial.mine, kinds: [1] }), [newer], 'a REQ');
    },
  },
  {
    name: 'vanish-gift-wraps',
    nip: 62,
    title: 'deletes gift wraps for an author who asks to vanish',
    words: 'Relays SHOULD delete all NIP-59 Gift Wraps that p-tagged the `.pubkey`',
    level: 'informational',
    onlyIfClaimed: true,
    async run(trial) {
      const key = trial.newKey();
      const wrap = await trial.event({
        kind: 1059,
        content: 'A'.repeat(176),
        tags: [['p', key.pubkey]],
        created_at: trial.now - 30,
      });
      const dialogue = await trial.open();
      await dialogue.plant(wrap, await request(trial, key));
      noneOf(await dialogue.stored({ ids: [wrap.id] }), [wrap], 'after a request to vanish a REQ');
    },
  },
];
