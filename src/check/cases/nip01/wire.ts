// The WebSocket under NIP-01: frames as RFC 6455 has them, and connections.
import { setTimeout as wait } from 'node:timers/promises';
import type { Case } from '../../case.ts';
import { sameEvents } from '../../expect.ts';

const ENDPOINT = 'Relays expose a websocket endpoint to which clients can connect';

/** How long a client may be silent in any case, in milliseconds. */
const MOMENT_MS = 250;

export const WIRE: readonly Case[] = [
  {
    name: 'fragments',
    nip: 1,
    title: 'takes a message that comes in several frames',
    words: `${ENDPOINT} (RFC 6455: a message may be fragmented)`,
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.stored(trial.own); // authenticates where that is asked for
      const event = await trial.event({ content: 'in 🙂 fragments' });
      const text = JSON.stringify(['EVENT', event]);
      dialogue.sendFragments([text.slice(0, 7), text.slice(7, 40), '', text.slice(40)]);
      const { accepted, message } = await dialogue.okOf(event.id);
      if (!accepted) trial.skip(`it refused the event: ${JSON.stringify(message)}`);
      sameEvents(await dialogue.stored({ ids: [event.id] }), [event], 'a REQ by id');
    },
  },
  {
    name: 'ping',
    nip: 1,
    title: 'answers a ping with a pong',
    words: `${ENDPOINT} (RFC 6455: upon receipt of a Ping, an endpoint MUST send a Pong)`,
    level: 'required',
    async run(trial) {
      await (await trial.open()).ping();
    },
  },
  {
    name: 'frames-at-once',
    nip: 1,
    title: 'answers all messages that come at once',
    words: ENDPOINT,
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.stored(trial.own); // authenticates where that is asked for
      const subIds = Array.from({ length: 4 }, () => dialogue.newSubId());
      for (const subId of subIds) dialogue.send('REQ', subId, { ...trial.mine, limit: 1 });
      for (const subId of subIds) {
        const { closed } = await dialogue.endOf(subId);
        if (closed !== undefined) trial.skip(`it refused the REQ: ${closed}`);
      }
    },
  },
  {
    name: 'binary-frame',
    nip: 1,
    title: 'keeps the connection after a binary frame',
    words: ENDPOINT,
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      dialogue.sendBinary(JSON.stringify(['CLOSE', dialogue.newSubId()]));
      await dialogue.stillAnswers('a binary frame');
    },
  },
  {
    name: 'idle',
    nip: 1,
    title: 'keeps a connection that is silent for a moment',
    words: ENDPOINT,
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      await wait(MOMENT_MS);
      await dialogue.stillAnswers(`${MOMENT_MS} ms of silence`);
    },
  },
  {
    name: 'several-connections',
    nip: 1,
    title: 'serves three connections of a client at once',
    words: 'Relays MAY limit number of connections from specific IP/client/etc.',
    level: 'informational',
    async run(trial) {
      const dialogues = await Promise.all([trial.open(), trial.open(), trial.open()]);
      for (const dialogue of dialogues) await dialogue.stillAnswers('two other connections');
    },
  },
  {
    name: 'reconnect',
    nip: 1,
    title: 'lets a client in again at once',
    words: ENDPOINT,
    level: 'informational',
    async run(trial) {
      await (await trial.open()).close();
      await (await trial.open()).stillAnswers('another connection was closed');
    },
  },
  {
    name: 'deflate',
    nip: 1,
    title: 'refuses compression or does it right',
    words: `${ENDPOINT} (RFC 7692)`,
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open(true);
      const event = await trial.event({ content: 'compressed '.repeat(200) });
      await dialogue.plant(event);
      sameEvents(await dialogue.stored({ ids: [event.id] }), [event], 'a REQ by id');
    },
  },
];
