// NIP-01, replaceable and addressable events: the newest of them is served, and no other.
import type { Event } from '../../../protocol/event.ts';
import type { Case } from '../../case.ts';
import { onlyMatching, sameIds } from '../../expect.ts';
import type { Key } from '../../key.ts';
import type { Trial } from '../../trial.ts';

const LATEST =
  'events are **replaceable**, which means that, for each combination of `pubkey` and `kind`, only the latest event MUST be stored by relays, older versions MAY be discarded';
const ADDRESSABLE =
  'events are **addressable** by their `kind`, `pubkey` and `d` tag value -- which means that, for each combination of `kind`, `pubkey` and the `d` tag value, only the latest event MUST be stored by relays';
const RETURN =
  'When answering to `REQ` messages for replaceable events, relays SHOULD return just the latest one stored';
const TIE =
  'In case of replaceable events with the same timestamp, the event with the lowest id (first in lexical order) should be retained, and the other discarded';
const LIVE = 'send again all future events it receives to that same websocket';

/** Interests (NIP-51): a list that clients rarely have, and that may hold anything. */
const LIST = 10015;
/** Data of an application (NIP-78). */
const DATA = 30078;

/** What one version of an event is. */
interface Version {
  kind: number;
  content?: string;
  d?: string;
  tags?: string[][];
}

/** Versions of one event, the first the oldest. */
async function versions(trial: Trial, key: Key, count: number, version: Version): Promise<Event[]> {
  const { kind, d, content = '', tags = [] } = version;
  const all = d === undefined ? tags : [['d', d], ...tags];
  return Promise.all(
    Array.from({ length: count }, (_, i) =>
      trial.event(
        { kind, content, tags: [...all, ['v', `${i}`]], created_at: trial.now - 60 * (count - i) },
        key,
      ),
    ),
  );
}

/** Publishes the events, the last of them as one that may be refused, and holds what is served against the one that should be. */
async function serves(
  trial: Trial,
  planted: readonly Event[],
  offered: Event | undefined,
  served: Event,
): Promise<void> {
  const dialogue = await trial.open();
  for (const event of planted) await dialogue.plant(event);
  if (offered) await dialogue.offer(offered);
  const { pubkey, kind } = served;
  sameIds(await dialogue.stored({ authors: [pubkey], kinds: [kind] }), [served], `a REQ for kind ${kind}`);
}

/** The newer of two versions is served. */
function replaced(name: string, title: string, words: string, version: Version): Case {
  return {
    ...{ name, nip: 1, title, words },
    level: 'required',
    async run(trial) {
      const [older, newer] = await versions(trial, trial.spareKey(), 2, version);
      await serves(trial, [older!, newer!], undefined, newer!);
    },
  };
}

/** An older version that comes later is not served. */
function notReplacedBack(name: string, title: string, words: string, version: Version): Case {
  return {
    ...{ name, nip: 1, title, words },
    level: 'required',
    async run(trial) {
      const [older, newer] = await versions(trial, trial.spareKey(), 2, version);
      await serves(trial, [newer!], older!, newer!);
    },
  };
}

/** Of two versions of one second that with the lower id is served, whichever came first. */
function tied(name: string, title: string, version: Version): Case {
  return {
    ...{ name, nip: 1, title, words: TIE },
    level: 'informational',
    async run(trial) {
      for (const isLowestFirst of [true, false]) {
        const { kind, d } = version;
        const key = trial.newKey();
        const tags = d === undefined ? [] : [['d', d]];
        const made = ['0', '1'].map(v => trial.event({ kind, content: '', tags: [...tags, ['v', v]] }, key));
        const [lowest, other] = (await Promise.all(made)).sort((a, b) => (a.id < b.id ? -1 : 1));
        const [first, second] = isLowestFirst ? [lowest!, other!] : [other!, lowest!];
        await serves(trial, [first], second, lowest!);
      }
    },
  };
}

/** Who listens hears of the newer version. */
function heard(name: string, title: string, version: Version): Case {
  return {
    ...{ name, nip: 1, title, words: LIVE },
    level: 'required',
    async run(trial) {
      const [older, newer] = await versions(trial, trial.spareKey(), 2, version);
      const [reader, writer] = [await trial.open(), await trial.open()];
      await writer.plant(older!);
      const subId = reader.newSubId();
      const { closed } = await reader.subscribe([{ ...trial.mine, kinds: [version.kind] }], subId);
      if (closed !== undefined) trial.skip(`it refused the REQ: ${closed}`);
      await writer.plant(newer!);
      await reader.hears(subId, newer!);
    },
  };
}

/** A replaced version is there by its id. */
function byId(name: string, title: string, version: Version): Case {
  return {
    ...{ name, nip: 1, title, words: 'older versions MAY be discarded' },
    level: 'informational',
    async run(trial) {
      const [older, newer] = await versions(trial, trial.spareKey(), 2, version);
      const dialogue = await trial.open();
      await dialogue.plant(older!);
      await dialogue.plant(newer!);
      sameIds(await dialogue.stored({ ids: [older!.id] }), [older!], 'a REQ by its id');
    },
  };
}

const PROFILE = '{"name":"nost relay-test"}';

export const REPLACEABLE: readonly Case[] = [
  replaced('profile-replaced', 'serves the newest profile of an author (kind 0)', LATEST, {
    ...{ kind: 0, content: PROFILE },
  }),
  replaced('contacts-replaced', 'serves the newest contact list of an author (kind 3)', LATEST, {
    ...{ kind: 3, tags: [['p', 'a'.repeat(64)]] },
  }),
  replaced('replaceable-newest', 'serves the newest version of a replaceable event', RETURN, { kind: LIST }),
  notReplacedBack('replaceable-older', 'keeps the newest version when an older one comes later', LATEST, {
    kind: LIST,
  }),
  tied('replaceable-tie', 'keeps the lower id of two versions of one second', { kind: LIST }),
  heard('replaceable-live', 'sends a newer version to those who listen', { kind: LIST }),
  byId('replaced-by-id', 'serves a replaced version by its id', { kind: LIST }),
  {
    name: 'replaceable-authors',
    nip: 1,
    title: 'keeps the replaceable events of two authors apart',
    words: LATEST,
    level: 'required',
    async run(trial) {
      const [older] = await versions(trial, trial.spareKey(), 2, { kind: LIST });
      const [, newer] = await versions(trial, trial.newKey(), 2, { kind: LIST });
      const dialogue = await trial.open();
      await dialogue.plant(older!);
      await dialogue.plant(newer!);
      const filter = { authors: [older!.pubkey, newer!.pubkey], kinds: [LIST], limit: 20 };
      sameIds(await dialogue.stored(filter), [older!, newer!], 'a REQ for both authors');
    },
  },
  replaced('addressable-newest', 'serves the newest version of an addressable event', ADDRESSABLE, {
    ...{ kind: DATA, d: 'nost' },
  }),
  notReplacedBack(
    'addressable-older',
    'keeps the newest version of an addressable event when an older one comes later',
    ADDRESSABLE,
    { kind: DATA, d: 'nost' },
  ),
  tied('addressable-tie', 'keeps the lower id of two versions of an addressable event of one second', {
    ...{ kind: DATA, d: 'nost' },
  }),
  heard('addressable-live', 'sends a newer version of an addressable event to those who listen', {
    ...{ kind: DATA, d: 'nost' },
  }),
  byId('replaced-address-by-id', 'serves a replaced version of an addressable event by its id', {
    ...{ kind: DATA, d: 'nost' },
  }),
  {
    name: 'addressable-apart',
    nip: 1,
    title: 'keeps addressable events with different `d` tags and kinds side by side, and finds each',
    words: ADDRESSABLE,
    level: 'required',
    async run(trial) {
      const key = trial.spareKey();
      const events = [
        ...(await versions(trial, key, 1, { kind: DATA, d: 'a' })),
        ...(await versions(trial, key, 1, { kind: DATA, d: 'A' })),
        ...(await versions(trial, key, 1, { kind: DATA, d: 'a:b' })),
        ...(await versions(trial, key, 1, { kind: LONG_FORM, d: 'a' })),
      ];
      const dialogue = await trial.open();
      for (const event of events) await dialogue.plant(event);
      const [authors, kinds] = [[key.pubkey], [DATA]];
      for (const filter of [
        { authors, kinds, limit: 50 },
        ...['a', 'A', 'a:b'].map(d => ({ authors, kinds, '#d': [d] })),
      ])
        onlyMatching(await dialogue.stored(filter), events, [filter]);
    },
  },
  {
    name: 'addressable-without-d',
    nip: 1,
    title: 'takes a missing `d` tag for an empty one',
    words: ADDRESSABLE,
    level: 'informational',
    async run(trial) {
      const key = trial.spareKey();
      const [older] = await versions(trial, key, 2, { kind: DATA });
      const [, newer] = await versions(trial, key, 2, { kind: DATA, d: '' });
      await serves(trial, [older!, newer!], undefined, newer!);
    },
  },
];

const LONG_FORM = 30023;
