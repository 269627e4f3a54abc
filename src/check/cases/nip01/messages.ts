// NIP-01, the dialogue: EVENT and OK, REQ and EOSE, CLOSE and CLOSED, and the ids of subscriptions.
import type { Case } from '../../case.ts';
import { sameIds } from '../../expect.ts';

export const MESSAGES: readonly Case[] = [
  {
    name: 'eose',
    nip: 1,
    title: 'answers a REQ with EOSE',
    words: 'relays MUST send EOSE "to indicate all stored events have been sent"',
    level: 'required',
    isBasic: true,
    async run(trial) {
      const dialogue = await trial.open();
      const { closed } = await dialogue.read([{ authors: [trial.newKey().pubkey], limit: 10 }]);
      if (closed !== undefined) trial.skip(`it closed the REQ: ${closed}`);
    },
  },
  {
    name: 'ok',
    nip: 1,
    title: 'answers an EVENT with OK',
    words: '`OK` messages MUST be sent in response to `EVENT` messages received from clients',
    level: 'required',
    isBasic: true,
    async run(trial) {
      const dialogue = await trial.open();
      const event = await trial.event();
      const { accepted, message } = await dialogue.publish(event);
      if (!accepted) trial.skip(`it refused a kind 1: ${message}`);
    },
  },
  {
    name: 'read-back',
    nip: 1,
    title: 'returns an event as it was published',
    words: 'relays MUST query their internal database and return events that match the filter',
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      const event = await trial.event();
      await dialogue.plant(event);
      sameIds(await dialogue.stored({ ids: [event.id] }), [event], 'a REQ by id');
    },
  },
];
