// A small town: five people on four relays, with their profiles, relay lists, follows, lists, articles and notes; a web
// server that knows their names and takes payments for them; and a wallet. Real sockets on the loopback, real HTTPS.
// Nothing starts before it is asked for: `Town.start` opens relays and the web server, `town.wallet` a wallet.
//
// | relay | what it is                                                                        |
// |-------|-----------------------------------------------------------------------------------|
// | index | holds everybody's profile and relay lists, some of them old                       |
// | north | where Ann writes and reads, and Cat writes                                        |
// | south | where Ben writes, and Cat too                                                     |
// | inbox | wants AUTH; private messages for Ann and Ben                                      |
//
// | person | what is special                                                                  |
// |--------|----------------------------------------------------------------------------------|
// | ann    | has everything: follows with petnames, mutes and bookmarks with private items, an article and a set |
// | ben    | writes in the south, reads in the north; follows Ann; his profile at the index is an old one |
// | cat    | writes to two relays that hold different versions of her follows; no 10050       |
// | dan    | has a profile, and no list of any kind                                           |
// | eve    | her list names a relay that is down; her profile has no JSON                     |
import { getConversationKey, encrypt as nip44Encrypt } from 'nostr-tools/nip44';
import type { Event } from '../../src/protocol/event.ts';
import type { EventStore } from '../../src/server/store/store.ts';
import { memoryStore } from '../../src/server/store/table-store.ts';
import { type Person, person, T0 } from './people.ts';
import { type NostRelay, startNost } from './relays.ts';
import { startTownWallet, type TownWallet, type WalletManners } from './town-wallet.ts';
import { startTownWeb, type TownWeb, type WebManners } from './town-web.ts';

export const NAMES = ['ann', 'ben', 'cat', 'dan', 'eve'] as const;
export type Name = (typeof NAMES)[number];

/** Their keys are the digits 1 to 5, again and again. */
export const PEOPLE = Object.fromEntries(
  NAMES.map((name, i) => [name, person(`0${i + 1}`.repeat(32))]),
) as Readonly<Record<Name, Person>>;

export const RELAYS = ['index', 'north', 'south', 'inbox'] as const;
export type RelayName = (typeof RELAYS)[number];
type Urls = Readonly<Record<RelayName, string>>;

/** Nobody listens there. */
const DOWN = 'ws://127.0.0.1:1';

interface Place {
  relay: NostRelay;
  store: EventStore;
}

type Places = Readonly<Record<RelayName, Place>>;

export class Town {
  readonly urls: Urls;
  readonly web: TownWeb;
  /** What each relay began with. */
  readonly seeds: Readonly<Record<RelayName, readonly Event[]>>;
  readonly #places: Places;
  readonly #wallets: TownWallet[] = [];
  readonly #down = new Set<RelayName>();

  private constructor(places: Places, web: TownWeb) {
    this.#places = places;
    this.web = web;
    this.urls = byName(name => places[name].relay.url);
    this.seeds = seedsOf(this.urls, web.host);
  }

  static async start(manners: WebManners = {}): Promise<Town> {
    const open = async (name: RelayName): Promise<[RelayName, Place]> => {
      const store = memoryStore();
      return [name, { store, relay: await startNost({ store, auth: name === 'inbox' }) }];
    };
    const [web, ...places] = await Promise.all([startTownWeb(PEOPLE, manners), ...RELAYS.map(open)]);
    const town = new Town(Object.fromEntries(places) as Places, web);
    for (const name of RELAYS) await town.#places[name].store.add(town.seeds[name]);
    return town;
  }

  /** A wallet; it listens at one relay. What it pays is settled: the web server publishes the receipt. */
  async wallet(manners: WalletManners = {}, at: RelayName = 'south'): Promise<TownWallet> {
    const onPaid = (invoice: string) => void this.web.settle(invoice);
    const wallet = await startTownWallet(this.urls[at], { onPaid, ...manners });
    this.#wallets.push(wallet);
    return wallet;
  }

  /** Something new at a relay. */
  async add(name: RelayName, ...events: Event[]): Promise<void> {
    await this.#places[name].store.add(events);
  }

  /** The relay goes down. */
  async stop(name: RelayName): Promise<void> {
    if (this.#down.has(name)) return;
    this.#down.add(name);
    await this.#places[name].relay.close();
  }

  async close(): Promise<void> {
    for (const wallet of this.#wallets) wallet.close();
    await Promise.all([this.web.close(), ...RELAYS.map(name => this.stop(name))]);
  }
}

function byName<T>(value: (name: RelayName) => T): Record<RelayName, T> {
  return Object.fromEntries(RELAYS.map(name => [name, value(name)])) as Record<RelayName, T>;
}

function seedsOf({ north, south, index, inbox }: Urls, host: string): Record<RelayName, Event[]> {
  const { ann, ben, cat, dan, eve } = PEOPLE;
  const profileOf = (who: Person, fields: object, at = 0) =>
    who.sign({ kind: 0, content: JSON.stringify(fields), created_at: T0 + at });
  const relaysOf = (who: Person, ...tags: string[][]) =>
    who.sign({ kind: 10002, tags: tags.map(tag => ['r', ...tag]) });
  const inboxOf = (who: Person) => who.sign({ kind: 10050, tags: [['relay', inbox]] });
  const follows = (who: Person, at: number, ...people: string[][]) =>
    who.sign({ kind: 3, tags: people.map(tag => ['p', ...tag]), created_at: T0 + at });

  const lists = [
    relaysOf(ann, [north], [index, 'read']),
    inboxOf(ann),
    relaysOf(ben, [south, 'write'], [north, 'read']),
    inboxOf(ben),
    relaysOf(cat, [north, 'write'], [south, 'write']),
    relaysOf(eve, [DOWN], [south]),
  ];
  const annProfile = profileOf(ann, {
    name: 'ann',
    about: 'bakes bread',
    nip05: `ann@${host}`,
    lud16: `ann@${host}`,
    pet: { kind: 'cat', lives: 9 },
  });
  const benProfile = profileOf(ben, { name: 'ben', nip05: `ann@${host}` }, 100);
  return {
    index: [
      ...lists,
      annProfile,
      profileOf(ben, { name: 'benjamin' }),
      profileOf(cat, { name: 'cat', lud16: `nobody@${host}` }),
      profileOf(dan, { name: 'dan' }),
      eve.sign({ kind: 0, content: 'not JSON' }),
    ],
    north: [annProfile, ...annsLists(cat.publicKey), follows(cat, 0, [ann.publicKey])],
    south: [
      benProfile,
      follows(ben, 0, [ann.publicKey]),
      follows(cat, 50, [ann.publicKey], [ben.publicKey, south, 'benny']),
      ben.note('hello from the south', T0 + 10),
    ],
    inbox: [],
  };
}

/** What Ann has, in the north. */
function annsLists(muted: string): Event[] {
  const { ann, ben, cat, eve } = PEOPLE;
  const hidden = (tags: string[][]) =>
    nip44Encrypt(JSON.stringify(tags), getConversationKey(ann.secretKey, ann.publicKey));
  const note = ann.note('fresh rye today', T0 + 20, [['t', 'bread']]);
  return [
    note,
    ann.sign({
      kind: 3,
      tags: [
        ['p', ben.publicKey, '', 'benny'],
        ['p', cat.publicKey],
        ['x', 'unknown'],
      ],
      content: '{"wss://old.example":{"read":true}}',
    }),
    ann.sign({
      kind: 10000,
      tags: [
        ['p', eve.publicKey],
        ['word', 'spam'],
      ],
      content: hidden([['p', muted]]),
    }),
    ann.sign({ kind: 10003, tags: [['e', note.id]], content: hidden([['t', 'secret-hobby']]) }),
    ann.sign({
      kind: 30000,
      tags: [
        ['d', 'bakers'],
        ['title', 'Bakers'],
        ['p', ben.publicKey],
      ],
    }),
    ann.sign({
      kind: 30023,
      tags: [
        ['d', 'rye'],
        ['title', 'On rye'],
        ['published_at', String(T0)],
        ['t', 'bread'],
      ],
      content: '# Rye\n\nTwo hours, then bake.\n',
      created_at: T0 + 30,
    }),
  ];
}
