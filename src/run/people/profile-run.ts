// What `profile` prints of a person: the fields of their newest kind 0, as they were written.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import type { FailureKind } from '../../failure-codes.ts';
import type { Event } from '../../protocol/event.ts';
import { nearest } from '../../protocol/nearest.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { formatProfile, InvalidProfile, type Profile, parseProfile } from '../../protocol/nip24.ts';
import { oddField } from '../../protocol/profile-fields.ts';
import { quote } from '../../protocol/quote.ts';
import type { Claims } from './claims.ts';
import type { Newest } from './newest.ts';
import { findPublished } from './reading.ts';
import type { Where } from './where.ts';

export const PROFILE = 0;

/** The newest profile of a person. Throws `Failure`: as no relay answered, or when none of them has one, with the hint. */
export function findProfile(
  context: Context,
  author: string,
  where: Where,
  ifNone?: string,
): Promise<Newest & { event: Event }> {
  return findPublished(context, { author, kind: PROFILE }, { noun: 'profile', ifNone }, where);
}

/** The line of a profile; `fields` is undefined where the content is none, `checks` what was found of its claims. */
export function profileLine(
  { event: { id, pubkey, created_at }, holders }: Newest & { event: Event },
  fields: Profile | undefined,
  checks?: object,
): string {
  const npub = encodeEntity({ type: 'npub', pubkey });
  const head = JSON.stringify({ pubkey, npub, id, created_at, relays: holders }).slice(0, -1);
  const shown = fields ? formatProfile(fields) : 'null';
  const tail = checks === undefined ? '' : `,"checks":${JSON.stringify(checks)}`;
  return `${head},"profile":${shown}${tail}}`;
}

/** The fields of a profile; undefined with a reason where the content is none. */
export function fieldsOf({ content }: Pick<Event, 'content'>): { fields?: Profile; fault?: string } {
  try {
    return { fields: parseProfile(content) };
  } catch (error) {
    if (error instanceof InvalidProfile) return { fault: error.message };
    throw error;
  }
}

/** Warns of what is odd about fields that are written. */
export function tellOddFields({ log }: Context, set: ReadonlyMap<string, string>, fields: Profile): void {
  for (const [field, value] of set) {
    const text: unknown = JSON.parse(value);
    const odd = typeof text === 'string' ? oddField(field, text, fields.has(field)) : undefined;
    if (odd !== undefined) log.warn({ type: 'warning', message: odd });
  }
}

/** The fields that are not in the profile, as messages name them: each with the one that may be meant. */
export function lackingFields(names: readonly string[], fields: Profile): string[] {
  return names
    .filter(name => !fields.has(name))
    .map(name => {
      const meant = nearest(name, [...fields.keys()]);
      return meant === undefined ? quote(name) : `${quote(name)} (did you mean ${quote(meant)}?)`;
    });
}

/** The content of a profile is no JSON object. */
export function noProfile(fault: string, hint?: string): Failure {
  return new Failure('refused', fault, { code: 'no_profile', hint });
}

/** Throws `Failure` when a claim is not true; says when there is none. */
export function mustBeTrue({ claims, faults }: Claims, { log }: Context): void {
  const claimed = Object.entries(claims);
  if (claimed.length === 0)
    log.note({ type: 'notice', message: 'the profile has no nip05 and no lud16 to check' });
  const kind = worstKind(faults);
  if (kind === undefined) return;
  const told = claimed
    .filter(([, { ok }]) => !ok)
    .map(([field, { value, reason = '' }]) => `${field} ${quote(value)}: ${withoutName(reason, value)}`);
  throw new UnverifiedProfile(kind, told.join('; '));
}

/** The failure of a lookup begins with the name that was looked up. */
function withoutName(reason: string, name: string | null): string {
  if (name === null) return reason;
  const begin = [`${name}: `, `${quote(name)}: `].find(begin => reason.startsWith(begin)) ?? '';
  return reason.slice(begin.length);
}

/** A claim of a profile is not true, or nobody answered who could say so. */
class UnverifiedProfile extends Failure {
  constructor(kind: FailureKind, message: string) {
    super(kind, message, { code: 'unverified' });
  }
}
