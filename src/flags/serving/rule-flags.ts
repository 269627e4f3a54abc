// The flags that say what may be published to `serve`.
import type { InputContext } from '../../context.ts';
import { MAX_KIND } from '../../protocol/event.ts';
import { parseKinds } from '../../protocol/kind.ts';
import { MAX_DIFFICULTY } from '../../protocol/nip13.ts';
import { parseRate } from '../../protocol/rate.ts';
import { programWords } from '../../signer/sources/command.ts';
import { commaList, type FlagsOf, flags, joined, on, value } from '../flag.ts';
import { keysOfFlag, offline, parsePerson } from '../people.ts';
import { wholeNumber } from '../values.ts';

/** A list of a relay is read here, not sent: it may hold all the kinds there are. */
const kinds = (text: string) => parseKinds(text, MAX_KIND + 1);

export const RULE_FLAGS = offline(
  flags('What may be published', {
    readOnly: on('--read-only', 'nothing; --seed and --import still load events'),
    allowKind: joined('--allow-kind <kind>', 'only these: numbers, ranges, names (repeatable)', kinds),
    denyKind: joined('--deny-kind <kind>', 'all but these (repeatable)', kinds),
    allowAuthor: commaList(
      '--allow-author <key>',
      'only by these: npub, hex, account (repeatable)',
      parsePerson,
    ),
    denyAuthor: commaList('--deny-author <key>', 'by all but these (repeatable)', parsePerson),
    maxRate: value('--max-rate <rate>', 'so fast per address and per key: 10/s, 30/m', parseRate),
    policy: value('--policy <cmd>', 'what this program accepts (JSONL, as for strfry)', programWords),
    minPow: value(
      '--min-pow <bits>',
      'only with this proof of work (NIP-13)',
      wholeNumber(0, MAX_DIFFICULTY),
    ),
  }),
);

export type RuleFlags = FlagsOf<typeof RULE_FLAGS>;

/** What the flags say; looks up the accounts they name. */
export async function writeRules(flags: RuleFlags, context: InputContext) {
  const { readOnly, minPow, allowKind, denyKind, allowAuthor = [], denyAuthor = [] } = flags;
  return {
    ...{ readOnly, minPow, allowedKinds: allowKind, deniedKinds: denyKind },
    allowedAuthors: await keysOfFlag('--allow-author', allowAuthor, context),
    deniedAuthors: await keysOfFlag('--deny-author', denyAuthor, context),
  };
}
