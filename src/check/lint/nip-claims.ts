// The NIPs that a document claims: a question each that only a relay that knows the NIP can answer, and old numbers.

import { bytesToHex } from '../../protocol/hex.ts';
import type { RelayInformation } from '../../protocol/nip11.ts';
import { NegentropyInitiator, NegentropyItems } from '../../protocol/nip77.ts';
import { claims } from '../case.ts';
import type { Trial } from '../trial.ts';
import { type Claim, error, info, type Verdict } from './claim.ts';

/** NIPs that are now part of NIP-01. */
const MERGED = [12, 15, 16, 20, 33];

export const NIP_CLAIMS: readonly Claim[] = [
  {
    field: 'supported_nips',
    isMade: () => true,
    async hold(_trial, document) {
      if (!claims(document, 1)) return info('NIP-1 is not named');
      const merged = MERGED.filter(nip => claims(document, nip));
      return merged.length > 0 ? info(`${merged.join(', ')}: part of NIP-1 now`) : undefined;
    },
  },
  nipClaim(45, async trial => {
    const dialogue = await trial.open();
    const subId = dialogue.newSubId();
    dialogue.send('COUNT', subId, { authors: [trial.newKey().pubkey] });
    const [type, , result] = await dialogue.next('COUNT', parts =>
      parts[1] === subId && ['COUNT', 'CLOSED'].includes(parts[0] as string) ? parts : undefined,
    );
    if (type === 'CLOSED') return error(`NIP-45 is claimed, but a COUNT is closed: ${String(result)}`);
    const { count } = (result ?? {}) as { count?: unknown };
    return count === 0
      ? undefined
      : error(`NIP-45 is claimed, but nothing counts as ${JSON.stringify(count)}`);
  }),
  nipClaim(50, async trial => {
    const { closed } = await (await trial.open()).subscribeOnce([{ search: 'nost', limit: 1 }], 'nost-lint');
    return closed === undefined ? undefined : error(`NIP-50 is claimed, but a search is closed: ${closed}`);
  }),
  nipClaim(77, async trial => {
    const dialogue = await trial.open();
    const subId = dialogue.newSubId();
    const first = new NegentropyInitiator(new NegentropyItems().seal()).open();
    dialogue.send('NEG-OPEN', subId, { authors: [trial.newKey().pubkey] }, bytesToHex(first));
    const [type, , message] = await dialogue.next('NEG-MSG', parts =>
      parts[1] === subId && ANSWERS.includes(parts[0] as string) ? parts : undefined,
    );
    if (type === 'NEG-MSG') return undefined;
    return error(`NIP-77 is claimed, but a NEG-OPEN is refused: ${String(message)}`);
  }),
];

const ANSWERS = ['NEG-MSG', 'NEG-ERR', 'CLOSED'];

function nipClaim(nip: number, hold: (trial: Trial) => Promise<Verdict | undefined>): Claim {
  return {
    field: `supported_nips.${nip}`,
    isMade: (document: RelayInformation) => claims(document, nip),
    hold,
  };
}
