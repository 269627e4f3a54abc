// Nothing is ever lost: two clients of one person, whose clocks differ, edit what she publishes, while relays go down and
// come back at random, also between the reading and the writing. Each finds all that was put in and not taken out.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { decrypt, encrypt, getConversationKey } from 'nostr-tools/nip44';
import { Failure } from '../../src/errors.ts';
import type { Event } from '../../src/protocol/event.ts';
import { jsonMembers, jsonObject } from '../../src/protocol/json-members.ts';
import { listInfo } from '../../src/protocol/nip51.ts';
import { CommandEnd } from '../../src/run/command-end.ts';
import type { Version } from '../../src/run/people/changes.ts';
import type { Editing } from '../../src/run/people/edit.ts';
import { editNewest } from '../../src/run/people/edit-run.ts';
import { editList } from '../../src/run/people/list-edit.ts';
import { whereBy } from '../../src/run/people/where.ts';
import type { CommandKey } from '../../src/run/signing.ts';
import { memoryStore } from '../../src/server/store/table-store.ts';
import { type CommandWorld, commandWorld, keyOf, NETWORK } from '../support/command-context.ts';
import { numbers } from '../support/mutations.ts';
import { A, T0 } from '../support/people.ts';
import { type NostRelay, startNost } from '../support/relays.ts';

const EDITS = 50;
const MUTES = 10000;

/** A relay that keeps what it has, and its port, while it is down. */
class Place {
  readonly #store = memoryStore();
  #relay: NostRelay | undefined;
  #port = 0;

  async up(...seed: Event[]): Promise<string> {
    this.#relay ??= await startNost({ store: this.#store, seed, port: this.#port });
    this.#port = Number(new URL(this.#relay.url).port);
    return this.#relay.url;
  }

  async down(): Promise<void> {
    const relay = this.#relay;
    this.#relay = undefined;
    await relay?.close();
  }
}

/** Puts in a tag or a field, or takes one out. */
function edited({ tags, content }: Version, dice: number): Version {
  const fields = jsonMembers(content);
  const name = `n${dice}`;
  switch (dice % 5) {
    case 0:
      return { tags: tags.filter((_, i) => i !== dice % tags.length), content };
    case 1:
      fields.delete([...fields.keys()][dice % (fields.size + 1)] ?? '');
      return { tags, content: jsonObject(fields) };
    case 2:
      return { tags, content: jsonObject(fields.set(name, `${dice}`)) };
    default:
      return { tags: [...tags, ['x', name]], content };
  }
}

/** What became of the edits: how many were written, and how many failed, by kind. */
type Came = Map<string, number>;

/** The relays of A, who edits at two clients whose clocks differ. */
class Shore {
  readonly clients = [0, -3600].map(late => commandWorld({ now: () => (T0 + late) * 1000 }));
  readonly next: () => number;
  readonly #outbox: readonly Place[];
  readonly #all: readonly Place[];
  readonly #index: string;

  private constructor(outbox: readonly Place[], all: readonly Place[], index: string, seed: number) {
    this.#outbox = outbox;
    this.#all = all;
    this.#index = index;
    this.next = numbers(seed);
  }

  /** `first`: what every relay where A writes begins with. */
  static async open(t: TestContext, seed: number, first: Event): Promise<Shore> {
    const [index, ...outbox] = [new Place(), new Place(), new Place()] as const;
    const urls = await Promise.all(outbox.map(place => place.up(first)));
    const own = await index.up(A.sign({ kind: 10002, tags: urls.map(url => ['r', url, 'write']) }));
    const shore = new Shore(outbox, [index, ...outbox], own, seed);
    t.after(() => Promise.all(shore.#all.map(place => place.down())));
    t.after(() => shore.clients.map(client => client.end()));
    return shore;
  }

  /** One of the relays goes down. */
  async cut(): Promise<void> {
    await this.#outbox[this.next() % 2]!.down();
  }

  /** What a client edits with. */
  async editing({ context }: CommandWorld, key: CommandKey): Promise<Editing> {
    const end = new CommandEnd(context.deadline);
    const env = { ...context.env, NOST_RELAYS: this.#index };
    const flags = { ...NETWORK, yes: true, create: true };
    return { flags, where: await whereBy({ ...context, env }, flags, { end, key }), key, end };
  }

  /** Edits again and again, while relays go and come. */
  async edits(edit: (client: CommandWorld, dice: number, isCut: boolean) => Promise<void>): Promise<Came> {
    const came: Came = new Map();
    const note = (what: string) => came.set(what, (came.get(what) ?? 0) + 1);
    for (let i = 0; i < EDITS; i++) {
      for (const place of this.#all) await (this.next() % 8 === 0 ? place.down() : place.up());
      try {
        await edit(this.clients[this.next() % 2]!, this.next(), this.next() % 4 === 0);
        note('written');
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        note(error.kind);
      }
    }
    return came;
  }
}

function mustHaveCome(came: Came): void {
  for (const kind of ['written', 'partial', 'unreachable'])
    assert.ok(came.get(kind)! >= 3, `${kind}: ${JSON.stringify([...came])}`);
}

test('no field and no tag of a profile vanishes that was not taken out', { timeout: 120_000 }, async t => {
  let model: Version = { tags: [['x', 'first']], content: '{"name":"a","n":1e999}' };
  const shore = await Shore.open(t, 20261129, A.sign({ kind: 0, ...model }));
  const key = keyOf(A);
  const came = await shore.edits(async (client, dice, isCut) => {
    let version = model;
    const merge = async (current?: Version) => {
      assert.deepEqual({ tags: current?.tags, content: current?.content }, model);
      if (isCut) await shore.cut();
      version = edited(model, dice);
      return version;
    };
    const subject = { author: A.publicKey, kind: 0 };
    const edit = { subject, noun: 'profile', merge };
    await editNewest(client.context, edit, await shore.editing(client, key));
    model = version;
  });
  mustHaveCome(came);
});

/** The items of a list, by their words. */
interface Words {
  open: string[];
  hidden: string[];
}

/** What a list is after an edit, told plainly. */
function after({ open, hidden }: Words, verb: 'add' | 'remove', words: string[], isPrivate: boolean): Words {
  const without = (list: string[]) => list.filter(word => !words.includes(word));
  if (verb === 'remove') return { open: isPrivate ? open : without(open), hidden: without(hidden) };
  const lacking = [...new Set(words)].filter(word => !open.includes(word) && !hidden.includes(word));
  return isPrivate ? { open, hidden: [...hidden, ...lacking] } : { open: [...open, ...lacking], hidden };
}

test('no item of a list vanishes that was not taken out, open or private', { timeout: 120_000 }, async t => {
  const own = getConversationKey(A.secretKey, A.publicKey);
  const tagsOf = (words: string[]) => words.map(word => ['word', word]);
  const strange = [['p', 'x'], ['__proto__'], ['word', 'W1', 'more']];
  const content = encrypt(JSON.stringify(strange), own);
  const shore = await Shore.open(t, 20261130, A.sign({ kind: MUTES, tags: strange.slice(0, 2), content }));
  let model: Words = { open: [], hidden: ['w1'] };
  const came = await shore.edits(async (client, dice, isCut) => {
    const verb = dice % 3 === 0 ? 'remove' : 'add';
    const isPrivate = dice % 2 === 0;
    const words = [dice, dice >>> 8, dice >>> 16].map(number => `w${number % 12}`);
    const key = keyOf(A, { onSign: async () => void (isCut && (await shore.cut())) });
    const edit = { list: listInfo(MUTES)!, d: undefined, verb, items: tagsOf(words), isPrivate } as const;
    const flagged = await shore.editing(client, key);
    const { told } = client;
    told.stdout = '';
    await editList(client.context, edit, flagged);
    const event = JSON.parse(told.stdout) as Event;
    const hidden = event.content === '' ? [] : (JSON.parse(decrypt(event.content, own)) as string[][]);
    model = after(model, verb, words, isPrivate);
    const [kept, come] = [event.tags.slice(0, 2), event.tags.slice(2)];
    assert.deepEqual([kept, come], [strange.slice(0, 2), tagsOf(model.open)]);
    assert.deepEqual(hidden.slice(0, 2), strange.slice(0, 2));
    assert.deepEqual(
      hidden.slice(2).map(([, word]) => word!.toLowerCase()),
      model.hidden,
    );
  });
  mustHaveCome(came);
});
