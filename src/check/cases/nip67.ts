// NIP-67: a hint in EOSE tells whether all stored events came.
import type { Case } from '../case.ts';
import type { Dialogue } from '../dialogue.ts';

/** The hints in the EOSE of a REQ. */
async function hints(dialogue: Dialogue, filter: object): Promise<unknown[]> {
  const subId = dialogue.newSubId();
  dialogue.send('REQ', subId, filter);
  const hint = await dialogue.next('EOSE', ([type, sub, third = []]) =>
    type === 'EOSE' && sub === subId ? [third] : undefined,
  );
  dialogue.send('CLOSE', subId);
  return Array.isArray(hint[0]) ? hint[0] : [];
}

export const HINTS: readonly Case[] = [
  {
    name: 'eose-finish',
    nip: 67,
    title: 'says `finish` when all stored events came, and only then',
    words: '`"finish"`: the relay has sent every stored event matching the subscription\'s filters',
    level: 'required',
    onlyIfClaimed: true,
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.plant(await trial.event(), await trial.event({ content: 'b' }));
      if (!(await hints(dialogue, trial.mine)).includes('finish'))
        trial.wrong('all events came, and no `finish`');
      if ((await hints(dialogue, { ...trial.mine, limit: 1 })).includes('finish'))
        trial.wrong('one of two events came, and it says `finish`');
    },
  },
];
