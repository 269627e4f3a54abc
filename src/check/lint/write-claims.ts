// The limits of a document that a writer meets. Tried only with a key that the user gave, or let be made.
import type { EventTemplate } from '../../protocol/event.ts';
import { parseReason } from '../../protocol/message.ts';
import type { Answer } from '../dialogue.ts';
import type { Trial } from '../trial.ts';
import { type Claim, error, info, limitClaim, type Verdict, warning } from './claim.ts';

const MOST_CONTENT = 256 * 1024;
const MOST_TAGS = 5000;
const MOST_BITS = 20;

/** Clocks differ, in seconds. */
const LEEWAY = 120;

export const WRITE_CLAIMS: readonly Claim[] = [
  limitClaim(
    'created_at_lower_limit',
    (trial, limit) => holdTime(trial, -limit, LEEWAY, `${limit} seconds in the past`),
    true,
  ),
  limitClaim(
    'created_at_upper_limit',
    (trial, limit) => holdTime(trial, limit, -LEEWAY, `${limit} seconds in the future`),
    true,
  ),
  limitClaim(
    'max_content_length',
    async (trial, limit) => {
      if (limit > MOST_CONTENT) return info(`not tried: ${limit} characters are too many for a check`);
      return holdWithin(trial, `a content of ${limit} characters`, { content: 'n'.repeat(limit) }, [
        `${limit + 1} characters`,
        { content: 'n'.repeat(limit + 1) },
      ]);
    },
    true,
  ),
  limitClaim(
    'max_event_tags',
    async (trial, limit) => {
      if (limit > MOST_TAGS || limit < 2) return info(`not tried: ${limit} tags are too many for a check`);
      const tags = (count: number) => Array.from({ length: count - 1 }, (_, i) => ['n', String(i)]); // and the mark
      return holdWithin(trial, `${limit} tags`, { tags: tags(limit) }, [
        `${limit + 1} tags`,
        { tags: tags(limit + 1) },
      ]);
    },
    true,
  ),
  limitClaim('min_pow_difficulty', holdWork, true),
  flagClaim('restricted_writes'),
  flagClaim('payment_required'),
];

function flagClaim(name: 'restricted_writes' | 'payment_required'): Claim {
  return {
    field: `limitation.${name}`,
    publishes: true,
    isMade: ({ limitation }) => limitation?.[name] === true,
    async hold(trial) {
      const stranger = trial.newKey();
      const answer = await (await trial.open()).publish(await trial.event({}, stranger));
      return answer.accepted
        ? warning('it is true, but a note of a key made just now is accepted')
        : undefined;
    },
  };
}

/** A time within the limit is taken, one beyond is not. */
async function holdTime(
  trial: Trial,
  offset: number,
  leeway: number,
  what: string,
): Promise<Verdict | undefined> {
  const at = (seconds: number) => ({ created_at: trial.now + seconds });
  if (trial.now + offset - leeway < 0) return undefined; // there was no such time
  return holdWithin(trial, `a note of nearly ${what}`, at(offset + leeway), [
    `a note of more than ${what}`,
    at(offset - leeway),
  ]);
}

/** `within` must be taken; `beyond` may. */
async function holdWithin(
  trial: Trial,
  what: string,
  within: Partial<EventTemplate>,
  [more, beyond]: [string, Partial<EventTemplate>],
): Promise<Verdict | undefined> {
  const taken = await publish(trial, within);
  if (!taken.accepted)
    return isAboutUs(taken)
      ? info(`not tried: ${taken.message}`)
      : error(`${what} is refused: ${taken.message}`);
  const beyondTaken = await publish(trial, beyond);
  return beyondTaken.accepted ? info(`${more} is taken, too: the limit is not enforced`) : undefined;
}

async function publish(trial: Trial, fields: Partial<EventTemplate>): Promise<Answer> {
  return (await trial.open()).publish(await trial.event(fields));
}

async function holdWork(trial: Trial, bits: number): Promise<Verdict | undefined> {
  if (bits === 0) return undefined;
  const answer = await publish(trial, {});
  if (answer.accepted)
    return error(`a note without proof of work is accepted, where ${bits} bits are asked for`);
  if (bits > MOST_BITS) return info(`not tried: ${bits} bits are too much work for a check`);
  return undefined;
}

/** Whether a refusal speaks of who publishes, not of what. */
function isAboutUs({ message }: Answer): boolean {
  const { prefix } = parseReason(message);
  return prefix !== 'invalid' && prefix !== 'pow';
}
