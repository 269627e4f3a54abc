// NIP-45: COUNT tells how many events a REQ would return.
import type { Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { addToHll, encodeHll, hllOffset, newHll } from '../../protocol/nip45.ts';
import { type Case, claims } from '../case.ts';
import type { Dialogue } from '../dialogue.ts';
import { randomId } from '../key.ts';
import type { Trial } from '../trial.ts';
import { Refusal, Wrong } from '../verdict.ts';

const COUNTS = 'Counts are returned using a `COUNT` response in the form `{"count": <integer>}`';
const HLL = 'The `hll` value must be the concatenation of the 256 registers, each being a uint8 value';

interface Count {
  count: number;
  approximate: boolean;
  hll: unknown;
}

/** Asks for a count; authenticates as a REQ would. Rejects with `Refusal` when it is closed. */
async function counted(dialogue: Dialogue, ...filters: readonly Filter[]): Promise<Count> {
  const subId = dialogue.newSubId();
  dialogue.send('COUNT', subId, ...filters);
  const [type, what] = await dialogue.next('answer to a COUNT', ([verb, sub, answer]) =>
    (verb === 'COUNT' || verb === 'CLOSED') && sub === subId ? [verb, answer] : undefined,
  );
  if (type === 'CLOSED') throw new Refusal(`it closed the COUNT: ${JSON.stringify(what)}`);
  const { count, approximate, hll } = (what ?? {}) as Record<string, unknown>;
  if (typeof count !== 'number') throw new Wrong(`a COUNT has no number: ${JSON.stringify(what)}`);
  return { count, approximate: approximate === true, hll };
}

/** The count is this; one that says it is approximate says nothing. */
async function counts(
  trial: Trial,
  dialogue: Dialogue,
  expected: number,
  ...filters: Filter[]
): Promise<void> {
  const { count, approximate } = await counted(dialogue, ...filters);
  if (approximate) trial.skip(`it counts approximately: ${count} for ${expected}`);
  if (count !== expected) trial.wrong(`a COUNT gives ${count}, not ${expected}`);
}

export const COUNTING: readonly Case[] = [
  {
    name: 'count',
    nip: 45,
    title: 'counts the events that match',
    words: COUNTS,
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.plant(...(await events(trial, [1, 1, 7])));
      await counts(trial, dialogue, 3, trial.mine);
      await counts(trial, dialogue, 2, { ...trial.mine, kinds: [1] });
      await counts(trial, dialogue, 0, { ...trial.mine, kinds: [6] });
    },
  },
  {
    name: 'count-several-filters',
    nip: 45,
    title: 'counts what matches any of several filters, each event once',
    words: "Multiple filters are OR'd together and aggregated into a single count result",
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.plant(...(await events(trial, [1, 1, 7])));
      await counts(trial, dialogue, 2, { ...trial.mine, kinds: [6] }, { ...trial.mine, kinds: [1] });
      await counts(trial, dialogue, 3, trial.mine, { ...trial.mine, kinds: [1] });
    },
  },
  {
    name: 'count-after-deletion',
    nip: 45,
    title: 'does not count what was deleted',
    words: COUNTS,
    level: 'required',
    async run(trial) {
      if (!claims(trial.run.document, 9)) trial.skip('the relay does not claim NIP-9');
      const dialogue = await trial.open();
      const [a, b] = await events(trial, [1, 1]);
      await dialogue.plant(a!, b!);
      const filter = { ...trial.mine, kinds: [1] };
      await counts(trial, dialogue, 2, filter);
      await dialogue.plant(await trial.event({ kind: 5, content: '', tags: [['e', a!.id]] }));
      await counts(trial, dialogue, 1, filter);
    },
  },
  {
    name: 'count-hll',
    nip: 45,
    title: 'gives the registers of those who reacted, if it gives any',
    words: HLL,
    level: 'required',
    async run(trial) {
      const target = randomId();
      const keys = [trial.author, trial.newKey(), trial.newKey()];
      const tags = [['e', target]];
      const dialogue = await trial.open();
      await dialogue.plant(
        ...(await Promise.all(keys.map(key => trial.event({ kind: 7, content: '+', tags }, key)))),
      );
      const { hll } = await counted(dialogue, { kinds: [7], '#e': [target] });
      if (hll === undefined) trial.skip('it gives no `hll`');
      const registers = newHll();
      for (const { pubkey } of keys) addToHll(registers, pubkey, hllOffset(target));
      if (hll !== encodeHll(registers)) trial.wrong(`${described(hll)} are not those of the three authors`);
    },
  },
  {
    name: 'count-closed',
    nip: 45,
    title: 'closes a COUNT that it does not answer',
    words:
      'Whenever the relay decides to refuse to fulfill the `COUNT` request, it MUST return a `CLOSED` message',
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.plant(await trial.event());
      await counted(dialogue, trial.mine); // a relay without NIP-45 ends here
      const subId = dialogue.newSubId();
      dialogue.send('COUNT', subId, { kinds: 'all' });
      await dialogue.next('CLOSED for a COUNT with bad kinds', ([type, sub]) =>
        type === 'CLOSED' && sub === subId ? type : undefined,
      );
    },
  },
];

function events(trial: Trial, kinds: readonly number[]): Promise<Event[]> {
  const tags = [['e', randomId()]];
  return Promise.all(kinds.map((kind, i) => trial.event({ kind, tags, content: `event ${i}` })));
}

function described(hll: unknown): string {
  return typeof hll === 'string' && /^[0-9a-f]{512}$/.test(hll)
    ? 'the registers'
    : `${JSON.stringify(hll).slice(0, 40)}, no 512 lower-case hex digits,`;
}
