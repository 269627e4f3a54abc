// NIP-01, `created_at`. Which times a relay takes is its policy; what it takes it keeps as it is.
import { sha256Hex } from '../../../protocol/crypto.ts';
import { generateSecretKey, publicKeyOf } from '../../../protocol/keys.ts';
import { signId } from '../../../protocol/signature.ts';
import type { Case } from '../../case.ts';
import { keepsIfTaken } from '../../keeps.ts';

const WORDS = '"created_at": <unix timestamp in seconds>';
const DAY = 86_400;

export const TIMES: readonly Case[] = [
  dated('a-week', 'a week old', now => now - 7 * DAY, 'required'),
  dated('a-month', 'a month old', now => now - 30 * DAY),
  dated('a-year', 'a year old', now => now - 365 * DAY),
  dated('2015', 'of 2015', () => 1_420_070_400),
  dated('1999', 'of 1999', () => 915_148_800),
  dated('0', 'of 1970', () => 0),
  dated('negative', 'from before 1970', () => -200),
  dated('next-year', 'of the next year', now => now + 365 * DAY),
  dated('31-bits', 'beyond 31 bits', () => 2 ** 31 + 1),
  dated('32-bits', 'beyond 32 bits', () => 2 ** 32 + 1),
  {
    name: 'created-at-exponent',
    nip: 1,
    title: 'keeps an event whose created_at is written as 1e+10',
    words: WORDS,
    level: 'informational',
    async run(trial) {
      const event = await trial.event({ created_at: 1e10 });
      await keepsIfTaken(trial, event, JSON.stringify(event).replace('10000000000', '1e+10'));
    },
  },
  {
    name: 'created-at-63-bits',
    nip: 1,
    title: 'keeps an event of the last second that 63 bits can hold',
    words: WORDS,
    level: 'informational',
    async run(trial) {
      const { id, text } = lastSecond(trial.mark);
      const dialogue = await trial.open();
      dialogue.sendText(`["EVENT",${text}]`);
      const { accepted, message } = await dialogue.okOf(id);
      if (!accepted) trial.skip(`it refused the event: ${JSON.stringify(message)}`);
      const subId = dialogue.newSubId();
      dialogue.send('REQ', subId, { ids: [id] });
      const came = await dialogue.next('event', ([type, sub], text) =>
        sub === subId && (type === 'EVENT' || type === 'EOSE') ? text : undefined,
      );
      if (!came.includes(LAST_SECOND)) trial.wrong('a REQ by id does not give the event as it was');
    },
  },
];

/** More than a number of JavaScript can hold. */
const LAST_SECOND = '9223372036854775807';

/** An event that only its text can hold. */
function lastSecond(mark: string): { id: string; text: string } {
  const secretKey = generateSecretKey();
  const pubkey = publicKeyOf(secretKey);
  const tags = `[["t","${mark}"]]`;
  const id = sha256Hex(`[0,"${pubkey}",${LAST_SECOND},1,${tags},""]`);
  const sig = signId(id, secretKey);
  const text = `{"id":"${id}","pubkey":"${pubkey}","created_at":${LAST_SECOND},"kind":1,"tags":${tags},"content":"","sig":"${sig}"}`;
  return { id, text };
}

function dated(
  name: string,
  what: string,
  time: (now: number) => number,
  level: Case['level'] = 'informational',
): Case {
  return {
    ...{ name: `created-at-${name}`, nip: 1, title: `keeps an event ${what}`, words: WORDS, level },
    run: async trial => keepsIfTaken(trial, await trial.event({ created_at: time(trial.now) })),
  };
}
