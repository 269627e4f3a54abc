// What a relay lets strangers do. All of it is policy: good to know.
import type { Case } from '../../case.ts';
import type { Trial } from '../../trial.ts';

const WORDS = 'Relays expose a websocket endpoint to which clients can connect';

export const PUBLIC: readonly Case[] = [
  {
    name: 'public-read',
    nip: 1,
    title: 'lets strangers read',
    words: WORDS,
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      const { closed } = await dialogue.subscribeOnce([{ kinds: [1], limit: 1 }], dialogue.newSubId());
      if (closed !== undefined) trial.skip(`it refused the REQ: ${closed}`);
    },
  },
  {
    name: 'public-write',
    nip: 1,
    title: 'takes notes of strangers',
    words: WORDS,
    level: 'informational',
    run: trial => takes(trial, 1),
  },
  {
    name: 'public-relay-list',
    nip: 65,
    title: 'takes relay lists of strangers',
    words: 'events are **replaceable**: kind 10002 is the list of relays of a user',
    level: 'informational',
    run: trial => takes(trial, 10_002),
  },
  {
    name: 'public-dm-relays',
    nip: 17,
    title: 'takes lists of relays for private messages of strangers',
    words: "Kind `10050` indicates the user's preferred relays to receive DMs",
    level: 'informational',
    run: trial => takes(trial, 10_050),
  },
  {
    name: 'public-ephemeral',
    nip: 47,
    title: 'takes ephemeral events of strangers: the answer of a wallet',
    words: 'events are **ephemeral**, which means they are not expected to be stored by relays',
    level: 'informational',
    run: trial => takes(trial, 23_195),
  },
];

/** By a key of its own: a list would replace the user's. */
async function takes(trial: Trial, kind: number): Promise<void> {
  const dialogue = await trial.open();
  const event = await trial.event({ kind, content: '' }, trial.spareKey());
  const { accepted, message } = await dialogue.publishOnce(event);
  if (!accepted) trial.skip(`it refused an event of kind ${kind}: ${JSON.stringify(message)}`);
}
