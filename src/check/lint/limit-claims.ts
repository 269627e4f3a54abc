// The limits of a document that a reader meets: how many events, subscriptions, filters; how long a message, an id.
// Nothing is published.
import type { Event } from '../../protocol/event.ts';
import { parseReason } from '../../protocol/message.ts';
import type { Dialogue } from '../dialogue.ts';
import type { Trial } from '../trial.ts';
import { NoAnswer } from '../verdict.ts';
import { type Claim, error, info, limitClaim, type Verdict, warning } from './claim.ts';

/** What is tried at most: a check is no burden. */
const MOST_EVENTS = 5000;
const MOST_SUBSCRIPTIONS = 300;
const MOST_FILTERS = 200;
const MOST_BYTES = 2 * 1024 * 1024;
const MOST_CHARACTERS = 1000;

export const LIMIT_CLAIMS: readonly Claim[] = [
  limitClaim('max_limit', async (trial, limit) => {
    if (limit > MOST_EVENTS) return info(`not tried: a page of ${limit} events is too much for a check`);
    const dialogue = await trial.open();
    const count = await countUpTo(dialogue, { limit: limit + 1 }, limit);
    return count > limit ? error(`a REQ for ${limit + 1} events brings more than ${limit}`) : undefined;
  }),
  limitClaim('default_limit', async (trial, limit) => {
    if (limit > MOST_EVENTS) return info(`not tried: a page of ${limit} events is too much for a check`);
    const dialogue = await trial.open();
    const count = await countUpTo(dialogue, {}, limit);
    return count > limit ? error(`a REQ without limit brings more than ${limit} events`) : undefined;
  }),
  limitClaim('max_subscriptions', holdSubscriptions),
  limitClaim('max_filters', async (trial, limit) => {
    if (limit > MOST_FILTERS) return info(`not tried: ${limit} filters are too many for a check`);
    return holdAt(trial, limit, 'filters', (dialogue, count) =>
      dialogue.subscribe(
        Array.from({ length: count }, () => nobody(trial)),
        dialogue.newSubId(),
      ),
    );
  }),
  limitClaim('max_subid_length', async (trial, limit) => {
    if (limit > MOST_CHARACTERS) return warning(`ids of ${limit} characters: NIP-01 allows 64`);
    const verdict = await holdAt(trial, limit, 'characters of a subscription id', (dialogue, length) =>
      dialogue.subscribe([nobody(trial)], 'n'.repeat(length)),
    );
    if (verdict || limit >= LONGEST_SUB_ID) return verdict;
    return warning(`clients may use ids of ${LONGEST_SUB_ID} characters (NIP-01), and here only of ${limit}`);
  }),
  limitClaim('max_message_length', async (trial, limit) => {
    if (limit > MOST_BYTES) return info(`not tried: a message of ${limit} bytes is too much for a check`);
    return holdAt(trial, limit, 'bytes of a message', (dialogue, length) => {
      const subId = dialogue.newSubId();
      const frame = JSON.stringify(['REQ', subId, nobody(trial)]);
      dialogue.sendText(`${frame.slice(0, -1)}${' '.repeat(Math.max(length - frame.length, 0))}]`);
      return dialogue.endOf(subId);
    });
  }),
  {
    field: 'limitation.auth_required',
    isMade: () => true,
    async hold(trial, { limitation }) {
      const { closed } = await (await trial.open()).subscribeOnce([nobody(trial)], 'nost-lint');
      const wantsAuth = closed !== undefined && parseReason(closed).prefix === 'auth-required';
      if (limitation?.auth_required === true && closed === undefined)
        return error('it is true, but a REQ is answered without AUTH');
      if (limitation?.auth_required !== true && wantsAuth)
        return error(`it is not true, but a REQ is refused without AUTH: ${closed}`);
      return undefined;
    },
  },
];

/** "arbitrary, non-empty string of max length 64 chars" (NIP-01). */
const LONGEST_SUB_ID = 64;

/** A filter that finds nothing. */
function nobody(trial: Trial) {
  return { authors: [trial.newKey().pubkey], limit: 1 };
}

/** A connection on which questions are answered: authenticated where that is asked for. */
async function opened(trial: Trial): Promise<Dialogue> {
  const dialogue = await trial.open();
  await dialogue.stored(nobody(trial));
  return dialogue;
}

/** At the limit it must work; one more may. */
async function holdAt(
  trial: Trial,
  limit: number,
  what: string,
  ask: (dialogue: Dialogue, size: number) => Promise<{ closed: string | undefined }>,
): Promise<Verdict | undefined> {
  try {
    const { closed } = await ask(await opened(trial), limit);
    if (closed !== undefined) return error(`${limit} ${what} are refused: ${closed}`);
  } catch (failure) {
    if (failure instanceof NoAnswer) return error(`${limit} ${what} get no answer: ${failure.message}`);
    throw failure;
  }
  const beyond = await ask(await opened(trial), limit + 1).catch(refused);
  return beyond === undefined || beyond.closed !== undefined
    ? undefined
    : info(`${limit + 1} ${what} are taken, too: the limit is not enforced`);
}

function refused(failure: unknown): undefined {
  if (!(failure instanceof NoAnswer)) throw failure;
}

async function holdSubscriptions(trial: Trial, limit: number): Promise<Verdict | undefined> {
  if (limit > MOST_SUBSCRIPTIONS) return info(`not tried: ${limit} subscriptions are too many for a check`);
  const dialogue = await opened(trial);
  const filter = nobody(trial);
  const subIds = Array.from({ length: limit + 1 }, () => dialogue.newSubId());
  for (const subId of subIds) dialogue.send('REQ', subId, filter);
  for (const [i, subId] of subIds.entries()) {
    const { closed } = await dialogue
      .endOf(subId)
      .catch(failure =>
        failure instanceof NoAnswer ? { closed: failure.message } : Promise.reject(failure),
      );
    if (closed === undefined) continue;
    return i < limit ? error(`subscription ${i + 1} of ${limit} is refused: ${closed}`) : undefined;
  }
  return info(`subscription ${limit + 1} gets its EOSE, too: the limit is not enforced`);
}

/** How many events a filter brings before EOSE; it stops behind `limit`. */
async function countUpTo(dialogue: Dialogue, filter: object, limit: number): Promise<number> {
  const subId = dialogue.newSubId();
  dialogue.send('REQ', subId, filter);
  let count = 0;
  while (count <= limit) {
    const [type] = await dialogue.next(`EOSE for ${subId}`, parts =>
      parts[1] === subId && parts[0] !== 'OK' ? (parts as [string, string, Event]) : undefined,
    );
    if (type !== 'EVENT') return count;
    count++;
  }
  dialogue.send('CLOSE', subId);
  return count;
}
