// Nothing is ever lost: two clients of one person, whose clocks differ, edit what she publishes, while relays go down and
// come back at random, also between the reading and the writing. Each finds all that was put in and not taken out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../src/errors.ts';
import type { Event } from '../../src/protocol/event.ts';
import { jsonMembers, jsonObject } from '../../src/protocol/json-members.ts';
import { CommandEnd } from '../../src/run/command-end.ts';
import type { Version } from '../../src/run/people/changes.ts';
import { editNewest } from '../../src/run/people/edit-run.ts';
import { whereBy } from '../../src/run/people/where.ts';
import { memoryStore } from '../../src/server/store/table-store.ts';
import { type CommandWorld, commandWorld, keyOf, NETWORK } from '../support/command-context.ts';
import { numbers } from '../support/mutations.ts';
import { A, T0 } from '../support/people.ts';
import { type NostRelay, startNost } from '../support/relays.ts';

const EDITS = 80;

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

test('no item vanishes that was not taken out', { timeout: 120_000 }, async t => {
  const next = numbers(20261129);
  const [index, ...outbox] = [new Place(), new Place(), new Place()] as const;
  const all = [index, ...outbox];
  t.after(() => Promise.all(all.map(place => place.down())));
  let model: Version = { tags: [['x', 'first']], content: '{"name":"a","n":1e999}' };
  const urls = await Promise.all(outbox.map(place => place.up(A.sign({ kind: 0, ...model }))));
  const own = await index.up(A.sign({ kind: 10002, tags: urls.map(url => ['r', url, 'write']) }));
  const clients = [0, -3600].map(late => commandWorld({ now: () => (T0 + late) * 1000 }));
  t.after(() => clients.map(client => client.end()));
  const key = keyOf(A);

  const edit = async ({ context }: CommandWorld, dice: number, isCut: boolean): Promise<Version> => {
    const end = new CommandEnd(context.deadline);
    const env = { ...context.env, NOST_RELAYS: own };
    const flags = { ...NETWORK, yes: true, create: true };
    const where = await whereBy({ ...context, env }, flags, { end, key });
    let version = model;
    const merge = async (current?: Version) => {
      assert.deepEqual({ tags: current?.tags, content: current?.content }, model);
      if (isCut) await outbox[next() % 2]!.down();
      version = edited(model, dice);
      return version;
    };
    const subject = { author: A.publicKey, kind: 0 };
    await editNewest(context, { subject, noun: 'profile', merge }, { flags, where, key, end });
    return version;
  };

  const came = new Map<string, number>();
  for (let i = 0; i < EDITS; i++) {
    for (const place of all) await (next() % 8 === 0 ? place.down() : place.up());
    try {
      model = await edit(clients[next() % 2]!, next(), next() % 4 === 0);
      came.set('written', (came.get('written') ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      came.set(error.kind, (came.get(error.kind) ?? 0) + 1);
    }
  }
  for (const kind of ['written', 'partial', 'unreachable'])
    assert.ok(came.get(kind)! >= 5, `${kind}: ${JSON.stringify([...came])}`);
});
