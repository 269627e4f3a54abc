// NIP-40: events that have expired are not served.
import { setTimeout as wait } from 'node:timers/promises';
import type { Case } from '../case.ts';
import { noneOf, sameIds } from '../expect.ts';

export const EXPIRATION: readonly Case[] = [
  {
    name: 'expired',
    nip: 40,
    title: 'refuses an event that has expired, or does not serve it',
    words: 'Relays SHOULD drop any events that are published to them if they are expired',
    level: 'required',
    onlyIfClaimed: true,
    async run(trial) {
      const expired = await trial.event({
        created_at: trial.now - 7200,
        tags: [['expiration', `${trial.now - 3600}`]],
      });
      const dialogue = await trial.open();
      await dialogue.plant(await trial.event());
      await dialogue.offer(expired);
      noneOf(await dialogue.stored(trial.mine), [expired], 'a REQ');
    },
  },
  {
    name: 'not-yet-expired',
    nip: 40,
    title: 'serves an event that has not yet expired',
    words:
      'The `expiration` tag enables users to specify a unix timestamp at which the message SHOULD be considered expired',
    level: 'required',
    onlyIfClaimed: true,
    async run(trial) {
      const event = await trial.event({ tags: [['expiration', `${trial.now + 3600}`]] });
      const dialogue = await trial.open();
      await dialogue.plant(event);
      sameIds(await dialogue.stored(trial.mine), [event], 'a REQ');
    },
  },
  {
    name: 'expires',
    nip: 40,
    title: 'stops serving an event when it expires',
    words: 'Relays SHOULD NOT send expired events to clients, even if they are stored',
    level: 'informational',
    onlyIfClaimed: true,
    async run(trial) {
      if (trial.run.patience < SHORTEST_PATIENCE) trial.skip('--case-timeout leaves no time for it');
      const expiration = Math.floor(trial.run.clock() / 1000) + 2;
      const event = await trial.event({ tags: [['expiration', `${expiration}`]] });
      const dialogue = await trial.open();
      await dialogue.plant(event);
      await wait(expiration * 1000 + CLOCKS_DIFFER_MS - trial.run.clock());
      noneOf(await dialogue.stored(trial.mine), [event], 'after it expired a REQ');
    },
  },
];

/** A case may take three times as long, and this one waits up to three seconds. */
const SHORTEST_PATIENCE = 1500;

/** The relay's clock may be a little behind. */
const CLOCKS_DIFFER_MS = 500;
