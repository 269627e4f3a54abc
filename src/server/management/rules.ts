// The rules of a relay that NIP-86 changes while it runs: who may publish what, from where, and how the relay is called. In
// memory; who keeps them hears of each change from management.ts.
import type { Event } from '../../protocol/event.ts';

/** Values that are allowed or banned, each with the reason that was given. A value is never on both lists. */
export class AccessList<T> {
  readonly #allowed = new Map<T, string>();
  readonly #banned = new Map<T, string>();

  allow(value: T, reason = ''): void {
    this.#banned.delete(value);
    this.#allowed.set(value, reason);
  }

  ban(value: T, reason = ''): void {
    this.#allowed.delete(value);
    this.#banned.set(value, reason);
  }

  /** Takes it off the list of allowed values, and puts it on no other. */
  unallow(value: T): void {
    this.#allowed.delete(value);
  }

  unban(value: T): void {
    this.#banned.delete(value);
  }

  /** Both lists as JSON; `restore` takes them back. */
  toJSON(): [allowed: [T, string][], banned: [T, string][]] {
    return [[...this.#allowed], [...this.#banned]];
  }

  restore([allowed, banned]: ReturnType<AccessList<T>['toJSON']>): void {
    for (const [value, reason] of allowed) this.allow(value, reason);
    for (const [value, reason] of banned) this.ban(value, reason);
  }

  /** In the order they came. */
  get allowed(): ReadonlyMap<T, string> {
    return this.#allowed;
  }

  get banned(): ReadonlyMap<T, string> {
    return this.#banned;
  }

  get isRestricting(): boolean {
    return this.#banned.size > 0 || this.#allowed.size > 0;
  }

  /** Banned values are refused; where some are allowed, all others are refused too. */
  refuses(value: T): boolean {
    return this.#banned.has(value) || (this.#allowed.size > 0 && !this.#allowed.has(value));
  }
}

/** What NIP-86 changes. Nothing is forbidden at first. */
export class RelayRules {
  readonly pubkeys = new AccessList<string>();
  readonly kinds = new AccessList<number>();
  /** Ids. An allowed event is taken whoever wrote it; all others are still judged by the lists above. */
  readonly events = new AccessList<string>();
  /** Addresses in their canonical form (`canonicalIp`); none is ever allowed alone. */
  readonly addresses = new AccessList<string>();
  /** For the NIP-11 document, where they were changed. */
  name: string | undefined;
  description: string | undefined;
  icon: string | undefined;

  /** Whether somebody may not publish something. */
  get areRestricting(): boolean {
    return [this.pubkeys, this.kinds, this.events].some(list => list.isRestricting);
  }

  /** The rules that were written by `JSON.stringify`. Throws for another text. */
  static parse(text: string): RelayRules {
    const rules = new RelayRules();
    const { pubkeys, kinds, events, addresses, name, description, icon } = JSON.parse(text);
    rules.pubkeys.restore(pubkeys);
    rules.kinds.restore(kinds);
    rules.events.restore(events);
    rules.addresses.restore(addresses);
    return Object.assign(rules, { name, description, icon });
  }
}

/** Why an event is refused by the rules, as the message of an OK; undefined when it is not. */
export function refusalByRules(
  { id, pubkey, kind }: Pick<Event, 'id' | 'pubkey' | 'kind'>,
  rules: RelayRules,
): string | undefined {
  if (rules.events.banned.has(id)) return blocked('this event is banned', rules.events.banned.get(id));
  if (rules.events.allowed.has(id)) return undefined;
  if (rules.pubkeys.banned.has(pubkey))
    return blocked('this author is banned', rules.pubkeys.banned.get(pubkey));
  if (rules.pubkeys.refuses(pubkey))
    return 'restricted: this author is not on the list of those who may publish';
  if (rules.kinds.refuses(kind))
    return blocked(`kind ${kind} is not taken here`, rules.kinds.banned.get(kind));
  return undefined;
}

function blocked(what: string, reason = ''): string {
  return `blocked: ${what}${reason === '' ? '' : `: ${reason}`}`;
}
