// NIP-04 and NIP-59: private messages go to their readers alone, where a relay asks who they are.
import type { Event } from '../../protocol/event.ts';
import type { Case } from '../case.ts';
import { noneOf, sameIds } from '../expect.ts';
import type { Trial } from '../trial.ts';

const READER =
  'relays … SHOULD only serve `kind:1059` events intended for the marked recipient, guarded by AUTH';

/** What looks like a private message; there is nothing in it. */
function message(trial: Trial, kind: number, reader: string): Promise<Event> {
  const nothing = Buffer.alloc(132).toString('base64');
  return trial.event({
    kind,
    content: kind === 4 ? `${nothing}?iv=${'A'.repeat(22)}==` : nothing,
    tags: [['p', reader]],
  });
}

/** Asks without AUTH, and as somebody else. Nothing may come. */
async function keepsFromOthers(trial: Trial, kind: number): Promise<void> {
  const reader = trial.newKey();
  const event = await message(trial, kind, reader.pubkey);
  await (await trial.open()).plant(event);
  const filter = { kinds: [kind], '#p': [reader.pubkey] };
  const [stranger, other] = [await trial.open(), await trial.open()];
  const asStranger = await stranger.subscribeOnce([filter], stranger.newSubId());
  noneOf(asStranger.events, [event], 'a REQ without AUTH');
  const { accepted, message: why } = await other.authenticate(trial.newKey().pubkey);
  if (!accepted) trial.skip(`AUTH as somebody else: ${why}`);
  const asOther = await other.subscribeOnce([filter], other.newSubId());
  noneOf(asOther.events, [event], 'a REQ of somebody else');
}

export const PRIVATE: readonly Case[] = [
  {
    name: 'gift-wrap-of-others',
    nip: 59,
    title: 'gives a gift wrap to nobody but its reader',
    words: READER,
    level: 'required',
    onlyIfClaimed: true,
    run: trial => keepsFromOthers(trial, 1059),
  },
  {
    name: 'gift-wrap-of-reader',
    nip: 59,
    title: 'gives a gift wrap to its reader',
    words: READER,
    level: 'required',
    onlyIfClaimed: true,
    async run(trial) {
      const event = await message(trial, 1059, trial.author.pubkey);
      const dialogue = await trial.open();
      await dialogue.plant(event);
      const filter = { kinds: [1059], '#p': [trial.author.pubkey], ids: [event.id] };
      sameIds(await dialogue.stored(filter), [event], 'a REQ of its reader');
    },
  },
  {
    name: 'dm-of-others',
    nip: 4,
    title: 'gives a private message of kind 4 to nobody but its reader',
    words: 'clients and relays … use AUTH to only let the parties read them',
    level: 'informational',
    onlyIfClaimed: true,
    run: trial => keepsFromOthers(trial, 4),
  },
];
