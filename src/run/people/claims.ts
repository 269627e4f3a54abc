// Whether what a profile claims is so: that a domain gives its key that name (NIP-05), and that its lightning address takes
// payments (LUD-16). Domains named by others are asked as all such are: over https, and only in public networks.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { FailureKind } from '../../failure-codes.ts';
import type { LookupFlags } from '../../flags/network-flags.ts';
import { addressUrl, InvalidLnurl } from '../../protocol/lnurl.ts';
import { InvalidNip05, parseNip05 } from '../../protocol/nip05.ts';
import { type Profile, profileText } from '../../protocol/nip24.ts';
import { lookUpName, NoSuchName } from '../lookup/nip05.ts';
import { payEndpointAt } from '../lookup/provider.ts';

/** One claim, as it is printed. */
export interface Claim {
  value: string | null;
  ok: boolean;
  /** What is wrong. */
  reason?: string;
  /** Of a lightning address: whether it gives receipts for zaps (NIP-57). */
  zaps?: boolean;
}

export interface Claims {
  /** By field: nip05 and lud16, where the profile has them. */
  claims: Record<string, Claim>;
  /** Why those that are not true failed. */
  faults: FailureKind[];
}

interface Asking {
  context: Context;
  flags: LookupFlags;
  signal: AbortSignal;
}

/** Asks for all at once. Rejects when the signal aborts. */
export async function checkClaims(pubkey: string, profile: Profile, asking: Asking): Promise<Claims> {
  const faults: FailureKind[] = [];
  const check = async (field: string, ask: (value: string) => Promise<Partial<Claim>>) => {
    if (!profile.has(field)) return [];
    const value = profileText(profile, field);
    try {
      if (value === undefined) throw new InvalidLnurl('it is no text');
      return [[field, { value, ok: true, ...(await ask(value)) }]];
    } catch (error) {
      asking.signal.throwIfAborted();
      faults.push(kindOf(error));
      return [[field, { value: value ?? null, ok: false, reason: (error as Error).message }]];
    }
  };
  const checked = await Promise.all([
    check('nip05', value => checkName(pubkey, value, asking)),
    check('lud16', value => checkAddress(value, asking)),
  ]);
  return { claims: Object.fromEntries(checked.flat()) as Record<string, Claim>, faults };
}

async function checkName(pubkey: string, value: string, { flags, context, signal }: Asking): Promise<object> {
  const { pubkey: named } = await lookUpName(parseNip05(value), flags, context, signal);
  if (named !== pubkey) throw new NoSuchName('refused', `it belongs to ${named}`);
  return {};
}

async function checkAddress(value: string, asking: Asking): Promise<Partial<Claim>> {
  const { allowsNostr } = await payEndpointAt(addressUrl(value), asking);
  return { zaps: allowsNostr };
}

/** Throws what is none of the faults that a claim may have. */
function kindOf(error: unknown): FailureKind {
  if (error instanceof Failure) return error.kind;
  if (error instanceof InvalidNip05 || error instanceof InvalidLnurl) return 'refused';
  throw error;
}
