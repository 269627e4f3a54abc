// Which events only one of two sides has, by negentropy (NIP-77): between two relays without their ids being held here,
// or between a relay and ids that are.
import type { Filter } from '../protocol/filter.ts';
import { NegentropyBetween } from '../protocol/negentropy-between.ts';
import {
  answerNegentropy,
  IdList,
  InvalidNegentropy,
  NegentropyInitiator,
  NegentropyItems,
  type NegentropyStep,
} from '../protocol/nip77.ts';
import { NegotiationRefused, type Negotiator } from './negotiator.ts';
import type { Side } from './side.ts';
import { inSlices } from './time-slices.ts';

/** Ids that a relay may name in one session: relays compare no more at once, and each takes a hundred bytes until its end. */
const MOST_NAMED = 1_000_000;

/** Ids that may be named in the sessions of all slices of time. */
const MOST_IN_ALL = 2_000_000;
const NOTHING = new NegentropyItems().seal();

/** Ids that only the first side has, and those that only the second has. */
export type Difference = readonly [first: IdList, second: IdList];

/**
 * What the sides differ in. Undefined where that would take all events of the first: it does not negotiate, and it has no
 * items at hand. A side that refuses to negotiate is told so, and it is compared in another way. Throws `SideFailed`.
 */
export async function compare(first: Side, second: Side, filter: Filter): Promise<Difference | undefined> {
  for (;;) {
    if (!first.negotiator && !first.hasItems) return undefined;
    if (!second.negotiator && !first.negotiator && !second.hasItems) return undefined;
    try {
      return await negotiated(first, second, filter);
    } catch (error) {
      if (!(error instanceof NegotiationRefused)) throw error;
      giveUp([first, second], error);
    }
  }
}

/**
 * Tells all ids of a side that match, as they come: by negentropy against an empty set, else those of its items. Some may be
 * told twice. Throws `SideFailed`.
 */
export async function tellIds(side: Side, filter: Filter, tell: (ids: IdList) => void): Promise<void> {
  while (side.negotiator) {
    let told = 0;
    const bounded = (ids: IdList) => {
      told += ids.length;
      if (told > MOST_IN_ALL)
        throw new NegotiationRefused(side.negotiator!.relay, `it names more than ${MOST_IN_ALL} ids`);
      tell(ids);
    };
    try {
      await inSlices(filter, slice => listed(side.negotiator!, slice, bounded));
      side.method = 'negentropy';
      return;
    } catch (error) {
      if (!(error instanceof NegotiationRefused)) throw error;
      giveUp([side], error);
    }
  }
  const items = await side.items(filter);
  const ids = new IdList();
  ids.add(items.idsOf(0, items.size));
  tell(ids);
}

function giveUp(sides: readonly Side[], { relay, message }: NegotiationRefused): void {
  sides.find(side => side.negotiator?.relay === relay)?.giveUpNegotiation(message);
}

async function negotiated(first: Side, second: Side, filter: Filter): Promise<Difference> {
  const named = new NamedIds(first.negotiator, second.negotiator);
  if (first.negotiator && second.negotiator) {
    const both = [first.negotiator, second.negotiator] as const;
    await inSlices(filter, async slice => named.add(await between(both, slice)));
  } else if (second.negotiator) {
    const items = await first.items(filter);
    await inSlices(filter, async slice =>
      named.add(await differenceAt(second.negotiator!, within(items, slice), slice)),
    );
  } else if (first.negotiator) {
    const items = await second.items(filter);
    await inSlices(filter, async slice => {
      const [have, need] = await differenceAt(first.negotiator!, within(items, slice), slice);
      named.add([need, have]);
    });
  } else return differenceOf(await first.items(filter), await second.items(filter));
  for (const side of [first, second]) if (side.negotiator) side.method = 'negentropy';
  return named.all;
}

/** What all slices of time have named; `relays` are those of the first side and the second, as far as they are relays. */
export class NamedIds {
  readonly all: [IdList, IdList] = [new IdList(), new IdList()];
  readonly #relays: readonly [Negotiator | undefined, Negotiator | undefined];

  constructor(first: Negotiator | undefined, second: Negotiator | undefined) {
    this.#relays = [first, second];
  }

  /** Throws `NegotiationRefused` for the relay that names too many. */
  add(part: Difference): void {
    for (const side of [0, 1] as const) {
      if (this.all[side].length === 0)
        this.all[side] = part[side]; // mostly there is one slice: no copy of a million ids
      else this.all[side].add(part[side].bytes);
      const relay = this.#relays[side];
      if (relay && this.all[side].length > MOST_IN_ALL)
        throw new NegotiationRefused(relay.relay, `it names more than ${MOST_IN_ALL} ids`);
    }
  }
}

const SIDES = [0, 1] as const;

/** Two relays, both at work at the same time: what one answers is handed to the other. */
async function between(relays: readonly [Negotiator, Negotiator], filter: Filter): Promise<Difference> {
  const limits = await Promise.all(relays.map(relay => relay.frameLimit(filter)));
  const session = new NegentropyBetween([limits[0]!, limits[1]!]);
  const all: Difference = [new IdList(), new IdList()];
  /** What was asked of each, and is not answered yet. */
  const asked = new Map<0 | 1, Promise<{ from: 0 | 1; answer: Uint8Array }>>();
  try {
    for (;;) {
      const sent = session.outgoing(SIDES.filter(side => !asked.has(side)));
      if (sent) {
        const { to, frame } = sent;
        const answered = relays[to].exchange(filter, frame).then(answer => ({ from: to, answer }));
        answered.catch(() => {}); // told to whoever waits, unless the other one fails first
        asked.set(to, answered);
        continue;
      }
      if (asked.size === 0) return all;
      const { from, answer } = await Promise.race(asked.values());
      asked.delete(from);
      const fuller = all[0].length > all[1].length ? relays[0] : relays[1];
      const only = heard(relays[from], () => session.take(from, answer), fuller);
      for (const side of SIDES) all[side].add(only[side].bytes);
    }
  } finally {
    for (const relay of relays) relay.end();
    await Promise.allSettled(asked.values());
  }
}

/** What only the items hold, and what only the relay has. */
async function differenceAt(relay: Negotiator, items: NegentropyItems, filter: Filter): Promise<Difference> {
  const all: Difference = [new IdList(), new IdList()];
  const session = new NegentropyInitiator(items, await relay.frameLimit(filter), MOST_NAMED);
  await converse(session, relay, filter, ({ have, need }) => {
    all[0].add(have.bytes);
    all[1].add(need.bytes);
  });
  return all;
}

/** All ids of a relay; nobody here remembers those that were told. */
async function listed(relay: Negotiator, filter: Filter, tell: (ids: IdList) => void): Promise<void> {
  const session = new NegentropyInitiator(NOTHING, await relay.frameLimit(filter), MOST_NAMED, true);
  await converse(session, relay, filter, ({ need }) => tell(need));
}

/** A session with a relay; what it brings is told as it comes. */
async function converse(
  session: NegentropyInitiator,
  relay: Negotiator,
  filter: Filter,
  tell: (step: NegentropyStep) => void,
): Promise<void> {
  try {
    for (let frame: Uint8Array | undefined = session.open(); frame; ) {
      const answer = await relay.exchange(filter, frame);
      const step = heard(relay, () => session.next(answer));
      tell(step);
      frame = step.reply;
    }
  } finally {
    relay.end();
  }
}

/** What a frame of the relay taught; one that makes no sense ends the negotiation with it, too many ids that with `fuller`. */
function heard<T>(relay: Negotiator, take: () => T, fuller = relay): T {
  try {
    return take();
  } catch (error) {
    if (!(error instanceof InvalidNegentropy)) throw error;
    const blamed = error.code === 'too_many' ? fuller : relay;
    throw new NegotiationRefused(blamed.relay, `it negotiates wrongly: ${error.message}`);
  }
}

function differenceOf(first: NegentropyItems, second: NegentropyItems): Difference {
  const all: Difference = [new IdList(), new IdList()];
  const session = new NegentropyInitiator(first);
  for (let frame: Uint8Array | undefined = session.open(); frame; ) {
    const { have, need, reply } = session.next(answerNegentropy(second, frame));
    all[0].add(have.bytes);
    all[1].add(need.bytes);
    frame = reply;
  }
  return all;
}

/** The items of the time that a slice is about. */
function within(
  items: NegentropyItems,
  { since = 0, until = Number.POSITIVE_INFINITY }: Filter,
): NegentropyItems {
  const { size } = items;
  if (size === 0 || (items.timeAt(0) >= since && items.timeAt(size - 1) <= until)) return items;
  const part = new NegentropyItems();
  for (let i = 0; i < size; i++) {
    const time = items.timeAt(i);
    if (time >= since && time <= until) part.add(time, items.idAt(i));
  }
  return part.seal();
}
