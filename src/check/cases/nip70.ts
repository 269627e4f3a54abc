// NIP-70: protected events come from their author alone.
import type { Event } from '../../protocol/event.ts';
import type { Case } from '../case.ts';
import type { Trial } from '../trial.ts';

const DEFAULT = 'The default behavior of a relay MUST be to reject any event that contains `["-"]`';
const FIRST =
  'a relay MUST first require that the client perform the NIP-42 `AUTH` flow and then check if the authenticated client has the same pubkey as the event being published';

function guarded(trial: Trial): Promise<Event> {
  return trial.event({ tags: [['-']] });
}

export const PROTECTED: readonly Case[] = [
  {
    name: 'protected-from-nobody',
    nip: 70,
    title: 'refuses a protected event without AUTH',
    words: DEFAULT,
    level: 'required',
    onlyIfClaimed: true,
    async run(trial) {
      const dialogue = await trial.open();
      const { accepted } = await dialogue.publishOnce(await guarded(trial));
      if (accepted) trial.wrong('it took a protected event from nobody knows whom');
    },
  },
  {
    name: 'protected-from-others',
    nip: 70,
    title: 'refuses a protected event from somebody else than its author',
    words: FIRST,
    level: 'required',
    onlyIfClaimed: true,
    async run(trial) {
      const dialogue = await trial.open();
      const event = await guarded(trial);
      const first = await dialogue.publishOnce(event);
      if (first.accepted) trial.skip('it took the event without AUTH');
      const { accepted, message } = await dialogue.authenticate(trial.newKey().pubkey);
      if (!accepted) trial.skip(`AUTH as somebody else: ${message}`);
      if ((await dialogue.publishOnce(event)).accepted) trial.wrong('it took the event from somebody else');
    },
  },
  {
    name: 'protected-from-author',
    nip: 70,
    title: 'takes a protected event from its author',
    words: FIRST,
    level: 'informational',
    onlyIfClaimed: true,
    async run(trial) {
      const dialogue = await trial.open();
      const { accepted, message } = await dialogue.offer(await guarded(trial));
      if (!accepted) trial.wrong(`it refused it after AUTH: ${message}`);
    },
  },
];
