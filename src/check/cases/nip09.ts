// NIP-09: what its author asks to have deleted is served no more; what is of others, newer, or not named stays.
import type { Event } from '../../protocol/event.ts';
import type { Case } from '../case.ts';
import { noneOf, sameIds } from '../expect.ts';
import type { Key } from '../key.ts';
import type { Trial } from '../trial.ts';

const STOP =
  'Relays SHOULD delete or stop publishing any referenced events that have an identical `pubkey` as the deletion request';
const UP_TO =
  'When an `a` tag is used, relays SHOULD delete all versions of the replaceable event up to the `created_at` timestamp of the deletion request event';
const SHARE = 'Relays SHOULD continue to publish/share the deletion request events indefinitely';

/** Data of an application (NIP-78). */
const DATA = 30078;
const LONG_FORM = 30023;

function addressOf({ kind, pubkey, tags }: Event): string {
  return `${kind}:${pubkey}:${tags.find(([name]) => name === 'd')![1]}`;
}

/** An addressable event from so many seconds ago. */
function addressable(
  trial: Trial,
  ago: number,
  { d = trial.mark, kind = DATA, key = trial.author } = {},
): Promise<Event> {
  const tags = [
    ['d', d],
    ['title', 'a test'],
  ];
  return trial.event({ kind, content: 'a test', created_at: trial.now - ago, tags }, key);
}

/** A deletion request for events by id, and for addresses; from so many seconds ago. */
function deletion(
  trial: Trial,
  { ids = [], addresses = [], ago = 0, key = trial.author }: Deleting,
): Promise<Event> {
  const tags = [...ids.map(({ id }) => ['e', id]), ...addresses.map(address => ['a', address])];
  return trial.event({ kind: 5, content: '', created_at: trial.now - ago, tags }, key);
}

interface Deleting {
  ids?: Event[];
  addresses?: string[];
  ago?: number;
  key?: Key;
}

interface Deeds {
  /** Published one after the other, and all taken. */
  first: Event[];
  request: Event;
  /** Offered afterwards; the relay may refuse them. */
  later?: Event[];
  stay: Event[];
  go: Event[];
}

/** Publishes, deletes, and looks at what is served. A relay that says no to a request has its reasons. */
async function holds(trial: Trial, { first, request, later = [], stay, go }: Deeds): Promise<void> {
  const dialogue = await trial.open();
  await dialogue.plant(...first);
  const { accepted, message } = await dialogue.publish(request);
  if (!accepted && go.length > 0) trial.skip(`it refused the deletion request: ${message}`);
  for (const event of later) await dialogue.offer(event);
  const came = (await dialogue.stored(trial.mine)).filter(({ kind }) => kind !== 5);
  noneOf(came, go, 'after the deletion request a REQ');
  sameIds(came, stay, 'after the deletion request a REQ');
}

/** Only where the document claims NIP-09: a relay without it keeps everything, and says so nowhere. */
function deletes(name: string, title: string, words: string, deeds: (trial: Trial) => Promise<Deeds>): Case {
  return {
    ...{ name, nip: 9, title, words, onlyIfClaimed: true },
    level: 'required',
    run: async trial => holds(trial, await deeds(trial)),
  };
}

export const DELETIONS: readonly Case[] = [
  deletes('delete-by-id', 'stops serving events that their author deletes by id', STOP, async trial => {
    const first = await Promise.all(['a', 'b', 'c'].map(content => trial.event({ content })));
    const [a, b, c] = first as [Event, Event, Event];
    return { first, request: await deletion(trial, { ids: [a, b] }), go: [a, b], stay: [c] };
  }),
  deletes(
    'delete-by-address',
    'stops serving an event that its author deletes by address',
    UP_TO,
    async trial => {
      const event = await addressable(trial, 60);
      const request = await deletion(trial, { addresses: [addressOf(event)] });
      return { first: [event], request, go: [event], stay: [] };
    },
  ),
  deletes(
    'delete-address-newer-stays',
    'keeps a version that is newer than the deletion request of its address',
    UP_TO,
    async trial => {
      const event = await addressable(trial, 60);
      const request = await deletion(trial, { addresses: [addressOf(event)], ago: 120 });
      return { first: [event], request, go: [], stay: [event] };
    },
  ),
  deletes(
    'delete-address-older-later',
    'does not serve an older version that comes after the deletion request of its address',
    UP_TO,
    async trial => {
      const [older, event] = [await addressable(trial, 180), await addressable(trial, 120)];
      const request = await deletion(trial, { addresses: [addressOf(event)], ago: 60 });
      return { first: [event], request, later: [older], go: [older, event], stay: [] };
    },
  ),
  deletes(
    'delete-address-newer-later',
    'takes a newer version after the deletion request of its address',
    UP_TO,
    async trial => {
      const [event, newer] = [await addressable(trial, 120), await addressable(trial, 30)];
      const request = await deletion(trial, { addresses: [addressOf(event)], ago: 60 });
      return { first: [event], request, later: [newer], go: [event], stay: [newer] };
    },
  ),
  deletes('delete-address-other-d', 'keeps events with another `d` tag', UP_TO, async trial => {
    const [event, other] = [
      await addressable(trial, 60),
      await addressable(trial, 60, { d: `${trial.mark}:2` }),
    ];
    const request = await deletion(trial, { addresses: [addressOf(event)] });
    return { first: [event, other], request, go: [event], stay: [other] };
  }),
  deletes(
    'delete-address-other-kind',
    'keeps events of another kind with the same `d` tag',
    UP_TO,
    async trial => {
      const [event, other] = [
        await addressable(trial, 60),
        await addressable(trial, 60, { kind: LONG_FORM }),
      ];
      const request = await deletion(trial, { addresses: [addressOf(event)] });
      return { first: [event, other], request, go: [event], stay: [other] };
    },
  ),
  deletes('delete-address-of-others', 'keeps events that others delete by address', STOP, async trial => {
    const event = await addressable(trial, 60);
    const request = await deletion(trial, { addresses: [addressOf(event)], key: trial.newKey() });
    return { first: [event], request, go: [], stay: [event] };
  }),
  deletes('delete-of-others', 'keeps events that others delete by id', STOP, async trial => {
    const event = await trial.event();
    const request = await deletion(trial, { ids: [event], key: trial.newKey() });
    return { first: [event], request, go: [], stay: [event] };
  }),
  deletes('delete-for-good', 'does not serve a deleted event that is published again', STOP, async trial => {
    const event = await trial.event();
    return {
      first: [event],
      request: await deletion(trial, { ids: [event] }),
      later: [event],
      go: [event],
      stay: [],
    };
  }),
  {
    name: 'delete-request-served',
    nip: 9,
    title: 'serves deletion requests',
    words: SHARE,
    level: 'required',
    onlyIfClaimed: true,
    async run(trial) {
      const event = await trial.event();
      const request = await deletion(trial, { ids: [event] });
      const dialogue = await trial.open();
      await dialogue.plant(event);
      await dialogue.plant(request);
      sameIds(await dialogue.stored({ ...trial.mine, kinds: [5] }), [request], 'a REQ for kind 5');
    },
  },
  {
    name: 'delete-of-deletion',
    nip: 9,
    title: 'keeps a deletion request that is deleted, and what it deleted stays away',
    words: 'Publishing a deletion request event against a deletion request has no effect',
    level: 'required',
    onlyIfClaimed: true,
    async run(trial) {
      const event = await trial.event();
      const request = await deletion(trial, { ids: [event], ago: 1 });
      const dialogue = await trial.open();
      await dialogue.plant(event);
      await dialogue.plant(request);
      const requests = { ...trial.mine, kinds: [5] };
      if ((await dialogue.stored(requests)).length === 0) trial.skip('it does not serve deletion requests');
      await dialogue.offer(await deletion(trial, { ids: [request] }));
      await dialogue.offer(event);
      const came = await dialogue.stored(trial.mine);
      noneOf(came, [event], 'after its deletion request was deleted a REQ');
      sameIds(
        came.filter(({ id }) => id === request.id),
        [request],
        'after its deletion a REQ',
      );
    },
  },
  {
    name: 'delete-in-advance',
    nip: 9,
    title: 'does not serve an event whose deletion request came first',
    words: STOP,
    level: 'informational',
    onlyIfClaimed: true,
    async run(trial) {
      const event = await trial.event({ created_at: trial.now - 10 });
      const request = await deletion(trial, { ids: [event] });
      await holds(trial, { first: [], request, later: [event], go: [event], stay: [] });
    },
  },
];
