// Where a new version goes: to the relays that the line names, and to no other; else to where its author writes (NIP-65).
// Relay lists go to where everybody looks for them, too, and a new one to the relays it names.
import type { Context } from '../../context.ts';
import type { UnsignedEvent } from '../../protocol/event.ts';
import { relayListOf } from '../../protocol/nip65.ts';
import { ParsedEvent } from '../../protocol/parsed-event.ts';
import { AskableRelays } from '../lookup/askable-relays.ts';
import { MOST_OF_AUTHOR, OutboxRoutes } from '../lookup/outbox-routes.ts';
import { RELAY_LIST } from '../lookup/relay-lists.ts';
import type { Newest } from './newest.ts';
import { nobodyToAsk, type Where } from './where.ts';

export interface Targets {
  relays: readonly string[];
  /** Tells where it goes, where the line does not say it. */
  tell(): void;
}

/** Throws `UsageError` where there is no relay to write to. */
export async function targetsOf(
  context: Context,
  event: UnsignedEvent,
  { lists }: Pick<Newest, 'lists'>,
  where: Where,
): Promise<Targets> {
  if (where.isNamed) return { relays: where.own, tell: () => {} };
  const known = where.own.length > 0 ? where.own : where.hints;
  const { kind, pubkey } = event;
  const onUnserved = () => {
    if (kind !== RELAY_LIST)
      context.log.note({ type: 'uncovered', pubkey, message: noOutbox(where.keyWords) });
  };
  const routes = new OutboxRoutes(context, { ...where, relays: known, self: { pubkey, onUnserved } });
  routes.know(pubkey, lists);
  const [relays = []] = await routes.of([new ParsedEvent({ ...event, id: '', sig: '' })]);
  routes.tell();
  if (kind === RELAY_LIST) relays.push(...newOutbox(event, where));
  if (relays.length === 0) throw nobodyToAsk();
  const all = [...new Set(relays)];
  const message = `it goes to ${all.join(' ')}`;
  return { relays: all, tell: () => context.log.note({ type: 'route', relays: all, message }) };
}

function noOutbox(key: string): string {
  return `you have no relay list that can be used: nost outbox --set-write URL --create${key} makes the first one`;
}

/** Where its author will write from now on. */
function newOutbox(list: UnsignedEvent, where: Where): readonly string[] {
  return new AskableRelays(where).of(relayListOf(list).write).slice(0, MOST_OF_AUTHOR);
}
