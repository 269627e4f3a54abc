// NIP-01, REQ and CLOSE: how long a subscription lives, and what reaches it.
import { quote } from '../../../protocol/quote.ts';
import type { Case } from '../../case.ts';
import { sameEvent, sameIds } from '../../expect.ts';
import { hasPrefix } from './messages.ts';

const FUTURE =
  'send again all future events it receives to that same websocket until the websocket is closed';
const REPLACED =
  'a new `REQ` is sent using the same `<subscription_id>`, in which case relay MUST overwrite the previous subscription';

/** So many open subscriptions every relay that we know allows. */
const FEW = 8;

export const SUBSCRIPTIONS: readonly Case[] = [
  {
    name: 'live',
    nip: 1,
    title: 'sends new events to who has subscribed',
    words: FUTURE,
    level: 'required',
    async run(trial) {
      const [reader, writer] = [await trial.open(), await trial.open()];
      const subId = await reader.watch(trial.own);
      const event = await trial.event();
      await writer.plant(event);
      sameEvent(await reader.live(subId), event, 'a subscription');
    },
  },
  {
    name: 'live-matching',
    nip: 1,
    title: 'sends a subscription no new events but those that match',
    words:
      'it can have the following attributes, that determine what events will be sent in that subscription',
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      const subId = await dialogue.watch({ ...trial.own, kinds: [9802] });
      await dialogue.plant(await trial.event());
      const [event] = await dialogue.liveSoFar(subId);
      if (event) trial.wrong(`it sends an event of kind ${event.kind} where another was asked for`);
    },
  },
  {
    name: 'live-by-tag',
    nip: 1,
    title: 'holds new events against the tags of a filter',
    words:
      'In the case of tag attributes the event and filter condition values must have at least one item in common',
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      const authors = [trial.author.pubkey];
      const subId = await dialogue.watch({ authors, '#t': [`${trial.mark}-another`] });
      const wanted = await trial.event({ tags: [['t', `${trial.mark}-another`]] });
      await dialogue.plant(await trial.event(), wanted);
      sameIds(await dialogue.liveSoFar(subId), [wanted], 'a subscription by tag');
    },
  },
  {
    name: 'live-own',
    nip: 1,
    title: 'sends new events to their own sender too, when it has subscribed',
    words: FUTURE,
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      const subId = await dialogue.watch(trial.own);
      const event = await trial.event();
      await dialogue.plant(event);
      sameEvent(await dialogue.live(subId), event, 'a subscription');
    },
  },
  {
    name: 'live-once',
    nip: 1,
    title: 'sends a new event once to a subscription of two filters that match it',
    words: 'multiple filters are to be interpreted as `||` conditions',
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      const subId = dialogue.newSubId();
      const { closed } = await dialogue.subscribe([trial.own, { ...trial.own, kinds: [1] }], subId);
      if (closed !== undefined) trial.skip(`it refused the REQ: ${closed}`);
      const event = await trial.event();
      await dialogue.plant(event);
      sameIds(await dialogue.liveSoFar(subId), [event], 'a subscription');
    },
  },
  {
    name: 'close-stops',
    nip: 1,
    title: 'sends nothing to a subscription after its CLOSE',
    words: '`["CLOSE", <subscription_id>]`, used to stop previous subscriptions',
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      const subId = await dialogue.watch(trial.own);
      dialogue.send('CLOSE', subId);
      await dialogue.plant(await trial.event());
      const events = await dialogue.liveSoFar(subId);
      if (events.length > 0) trial.wrong('it sends an event to a subscription that was closed');
    },
  },
  {
    name: 'req-replaces',
    nip: 1,
    title: 'replaces a subscription when its id is used again',
    words: REPLACED,
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      const subId = await dialogue.watch({ ...trial.own, kinds: [1] });
      await dialogue.watch({ ...trial.own, kinds: [1111] }, subId);
      const [former, later] = [await trial.event(), await trial.event({ kind: 1111 })];
      await dialogue.plant(former, later);
      sameIds(await dialogue.liveSoFar(subId), [later], 'the second subscription');
    },
  },
  {
    name: 'sub-id-per-connection',
    nip: 1,
    title: 'keeps the ids of subscriptions apart for each connection',
    words: 'Relays MUST manage `<subscription_id>`s independently for each WebSocket connection',
    level: 'required',
    async run(trial) {
      const [one, other] = [await trial.open(), await trial.open()];
      const subId = await one.watch(trial.own, `${one.newSubId()}-on-both`);
      await other.watch({ ...trial.own, kinds: [1111] }, subId);
      other.send('CLOSE', subId);
      await other.stillAnswers('a CLOSE');
      const event = await trial.event();
      await one.plant(event);
      sameIds(await one.liveSoFar(subId), [event], 'the subscription of the other connection');
    },
  },
  {
    name: 'several-subscriptions',
    nip: 1,
    title: `keeps ${FEW} subscriptions of a connection open at once`,
    words:
      'Clients SHOULD open a single websocket connection to each relay and use it for all their subscriptions',
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.stored(trial.own); // authenticates where that is asked for
      const kinds = Array.from({ length: FEW }, (_, i) => 1 + i * 1000);
      const subIds = kinds.map(() => dialogue.newSubId());
      for (const [i, subId] of subIds.entries())
        dialogue.send('REQ', subId, { ...trial.own, kinds: [kinds[i]!] });
      for (const subId of subIds) {
        const { closed } = await dialogue.endOf(subId);
        if (closed !== undefined) trial.skip(`it closed one of ${FEW} REQs: ${closed}`);
      }
      const [first, last] = [await trial.event(), await trial.event({ kind: kinds.at(-1)! })];
      await dialogue.plant(first, last);
      sameIds(await dialogue.liveSoFar(subIds[0]!), [first], 'the first subscription');
      sameIds(await dialogue.liveSoFar(subIds.at(-1)!), [last], 'the last subscription');
    },
  },
  {
    name: 'limit-zero',
    nip: 1,
    title: 'sends no stored events for a limit of 0, and then the new ones',
    words:
      'The `limit` property of a filter is only valid for the initial query and MUST be ignored afterwards',
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.plant(await trial.event());
      const subId = dialogue.newSubId();
      const { events, closed } = await dialogue.subscribe([{ ...trial.own, limit: 0 }], subId);
      if (closed !== undefined) trial.skip(`it refused the REQ: ${closed}`);
      if (events.length > 0) trial.wrong('it sends stored events for a limit of 0');
      const event = await trial.event({ content: 'a later one' });
      await dialogue.plant(event);
      sameIds(await dialogue.liveSoFar(subId), [event], 'a subscription with a limit of 0');
    },
  },
  {
    name: 'open-without-more',
    nip: 1,
    title: 'keeps a subscription open when it seems that nothing can come any more',
    words: 'send again all future events it receives to that same websocket until the websocket is closed',
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      const past = { authors: [trial.newKey().pubkey], until: trial.now - 86_400 };
      const subId = await dialogue.watch(past);
      await dialogue.stillAnswers('a REQ');
      const [reason] = dialogue.unread(([type, id, text]) =>
        type === 'CLOSED' && id === subId ? String(text) : undefined,
      );
      if (reason !== undefined) trial.wrong(`it closed the subscription: ${quote(reason, 200)}`);
    },
  },
  {
    name: 'closed-when-complete',
    nip: 1,
    title: 'closes a subscription by id once it has sent the event',
    words: 'when a relay decides to kill a subscription on its side before a client has disconnected',
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      const event = await trial.event();
      await dialogue.plant(event);
      const subId = await dialogue.watch({ ids: [event.id] });
      await dialogue.stillAnswers('a REQ');
      const closings = dialogue.unread(([type, id]) => (type === 'CLOSED' && id === subId) || undefined);
      if (closings.length === 0) trial.wrong('the subscription stays open, though no other event can match');
    },
  },
  {
    name: 'refused-req-closed',
    nip: 1,
    title: 'answers a REQ that it cannot understand with CLOSED',
    words: '`CLOSED` messages MUST be sent in response to a `REQ` when the relay refuses to fulfill it',
    level: 'informational',
    async run(trial) {
      const { closed } = await (await trial.open()).attempt([MISTYPED as never]);
      if (closed === undefined) return trial.skip('it fulfilled the REQ');
      if (closed.startsWith('NOTICE ')) trial.wrong(`it answered with a ${closed}`);
    },
  },
  {
    name: 'closed-prefix',
    nip: 1,
    title: 'begins the text of a CLOSED with a machine-readable word',
    words: 'This message uses the same pattern of `OK` messages with the machine-readable prefix',
    level: 'required',
    async run(trial) {
      const { closed } = await (await trial.open()).attempt([MISTYPED as never]);
      if (closed === undefined) return trial.skip('it fulfilled the REQ');
      if (closed.startsWith('NOTICE ')) trial.skip(`it answered with a ${closed}`);
      if (!hasPrefix(closed)) trial.wrong(`its words are ${quote(closed, 200)}`);
    },
  },
];

/** A filter whose kind is a text. */
const MISTYPED = { kinds: ['one'], limit: 1 };
