// NIP-77: which events each side lacks.
import type { Event } from '../../protocol/event.ts';
import { bytesToHex, hexToBytes } from '../../protocol/hex.ts';
import { NegentropyInitiator, NegentropyItems } from '../../protocol/nip77.ts';
import type { Case } from '../case.ts';
import type { Dialogue } from '../dialogue.ts';
import type { Trial } from '../trial.ts';
import { Refusal, Wrong } from '../verdict.ts';

const MESSAGES = 'Relay constructs a response and returns it to the client in a `NEG-MSG` message';
const VERSION =
  'If the server does not support the version, it SHOULD reply with a single byte, the highest version it supports';

/** Sends a frame and waits for the answer to it. Rejects with `Refusal` after NEG-ERR. */
async function exchange(dialogue: Dialogue, subId: string, ...frame: unknown[]): Promise<string> {
  dialogue.send(...frame);
  const [type, what] = await dialogue.next('NEG-MSG', ([verb, sub, text]) =>
    (verb === 'NEG-MSG' || verb === 'NEG-ERR') && sub === subId ? [verb, String(text)] : undefined,
  );
  if (type === 'NEG-ERR') throw new Refusal(`NEG-ERR ${what}`);
  return what!;
}

/** What each side lacks, as a whole session tells it. */
async function reconcile(
  trial: Trial,
  dialogue: Dialogue,
  ours: readonly Event[],
): Promise<{ have: string[]; need: string[] }> {
  const items = new NegentropyItems(16);
  for (const { created_at, id } of ours) items.add(created_at, id);
  const initiator = new NegentropyInitiator(items.seal());
  const subId = dialogue.newSubId();
  const [have, need]: [string[], string[]] = [[], []];
  let frame = await exchange(dialogue, subId, 'NEG-OPEN', subId, trial.mine, bytesToHex(initiator.open()));
  for (;;) {
    const step = understood(() => initiator.next(hexToBytes(frame)));
    have.push(...step.have);
    need.push(...step.need);
    if (step.reply === undefined) break;
    frame = await exchange(dialogue, subId, 'NEG-MSG', subId, bytesToHex(step.reply));
  }
  dialogue.send('NEG-CLOSE', subId);
  return { have, need };
}

/** What cannot be read as a frame of negentropy is the relay's fault. */
function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Wrong(`NEG-MSG: ${(error as Error).message}`);
  }
}

function same(what: string, ids: readonly string[], expected: readonly Event[]): void {
  const wanted = new Set(expected.map(({ id }) => id));
  const isSame = ids.length === wanted.size && ids.every(id => wanted.has(id));
  if (!isSame) throw new Wrong(`${what} ${ids.length} ids, not the right ${wanted.size}`);
}

function events(trial: Trial, count: number): Promise<Event[]> {
  return Promise.all(
    Array.from({ length: count }, (_, i) =>
      trial.event({ content: `event ${i}`, created_at: trial.now - i }),
    ),
  );
}

export const NEGENTROPY: readonly Case[] = [
  {
    name: 'negentropy-all',
    nip: 77,
    title: 'tells a client that has nothing the ids of all events that match',
    words: MESSAGES,
    level: 'required',
    async run(trial) {
      const held = await events(trial, 3);
      const dialogue = await trial.open();
      await dialogue.plant(...held);
      const { have, need } = await reconcile(trial, dialogue, []);
      same('it has', need, held);
      same('it lacks', have, []);
    },
  },
  {
    name: 'negentropy-differences',
    nip: 77,
    title: 'finds what each side lacks',
    words: MESSAGES,
    level: 'required',
    async run(trial) {
      const [held, ours] = [await events(trial, 5), await events(trial, 7)];
      const dialogue = await trial.open();
      await dialogue.plant(...held);
      const both = [...held.slice(2), ...ours.slice(5)];
      const { have, need } = await reconcile(trial, dialogue, both);
      same('it has alone', need, held.slice(0, 2));
      const planted = new Set(held.map(({ id }) => id));
      same(
        'it lacks',
        have,
        both.filter(({ id }) => !planted.has(id)),
      );
    },
  },
  {
    name: 'negentropy-version',
    nip: 77,
    title: 'answers an unknown version with its own',
    words: VERSION,
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.plant(await trial.event());
      await reconcile(trial, dialogue, []); // a relay without NIP-77 ends here
      const subId = dialogue.newSubId();
      const answer = await exchange(dialogue, subId, 'NEG-OPEN', subId, trial.mine, '62000000');
      if (answer !== '61') trial.wrong(`it answered version 2 with ${JSON.stringify(answer)}, not "61"`);
    },
  },
  {
    name: 'negentropy-error',
    nip: 77,
    title: 'answers a frame that cannot be read with NEG-ERR',
    words: '`["NEG-ERR", <subscription ID string>, <reason code string>]`',
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.plant(await trial.event());
      await reconcile(trial, dialogue, []);
      const subId = dialogue.newSubId();
      dialogue.send('NEG-OPEN', subId, trial.mine, '61ffffff');
      await dialogue.next('NEG-ERR', ([type, sub]) =>
        type === 'NEG-ERR' && sub === subId ? type : undefined,
      );
    },
  },
  {
    name: 'negentropy-close',
    nip: 77,
    title: 'ends a session at NEG-CLOSE',
    words: 'If client wishes to stop, then it sends a `NEG-CLOSE` message or disconnects the websocket',
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.plant(await trial.event());
      const subId = dialogue.newSubId();
      await exchange(dialogue, subId, 'NEG-OPEN', subId, trial.mine, '61');
      dialogue.send('NEG-CLOSE', subId);
      dialogue.send('NEG-MSG', subId, '61');
      await dialogue.next('NEG-ERR', ([type, sub]) =>
        type === 'NEG-ERR' && sub === subId ? type : undefined,
      );
    },
  },
];
