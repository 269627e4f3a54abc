// NIP-01, ephemeral events: they reach who listens, and are not kept.
import type { Case } from '../../case.ts';

export const EPHEMERAL: readonly Case[] = [
  {
    name: 'ephemeral-delivered',
    nip: 1,
    title: 'sends ephemeral events to those who listen',
    words: 'send again all future events it receives to that same websocket',
    level: 'required',
    async run(trial) {
      const [reader, writer] = [await trial.open(), await trial.open()];
      const subId = reader.newSubId();
      const { closed } = await reader.subscribe([trial.mine], subId);
      if (closed !== undefined) trial.skip(`it refused the REQ: ${closed}`);
      const event = await trial.event({ kind: EPHEMERAL_KIND });
      await writer.plant(event);
      await reader.hears(subId, event);
    },
  },
  {
    name: 'ephemeral-not-kept',
    nip: 1,
    title: 'does not keep ephemeral events',
    words: 'events are **ephemeral**, which means they are not expected to be stored by relays',
    level: 'informational',
    async run(trial) {
      const [reader, writer] = [await trial.open(), await trial.open()];
      await reader.subscribe([trial.mine], reader.newSubId());
      const event = await trial.event({ kind: EPHEMERAL_KIND });
      await writer.plant(event);
      const kept = await writer.stored({ ids: [event.id] });
      if (kept.length > 0) trial.wrong('a REQ by id gives an ephemeral event');
    },
  },
];

const EPHEMERAL_KIND = 20001;
