// Asks a domain whose key a name is (NIP-05). The domain is named by others as often as not, so it must be public.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { FailureKind } from '../../failure-codes.ts';
import type { LookupFlags } from '../../flags/network-flags.ts';
import {
  formatNip05,
  InvalidNip05,
  type Nip05Answer,
  type Nip05Name,
  nip05Url,
  readNip05,
} from '../../protocol/nip05.ts';
import { withoutSecrets } from '../../protocol/quote.ts';
import { fetchJson, HttpError } from '../../relay/wire/http.ts';
import { routeFor } from '../relays.ts';

/** Why a name has no key. */
export class NoSuchName extends Failure {
  constructor(kind: FailureKind, message: string) {
    super(kind, message, { code: 'no_such_name' });
  }
}

/** What an answer that did not come amounts to. */
export const KIND_OF = {
  unreachable: 'unreachable',
  timeout: 'timeout',
  refused: 'refused',
  invalid: 'refused',
} as const satisfies Record<HttpError['reason'], FailureKind>;

/** What the domain says of the name. Rejects with `NoSuchName`. */
export async function lookUpName(
  name: Nip05Name,
  flags: LookupFlags,
  context: Context,
  signal: AbortSignal = context.signal,
): Promise<Nip05Answer> {
  const { connectTimeout, relayTimeout, allowPrivate = false } = flags;
  const route = await routeFor(flags, context);
  const waits = { route, connectTimeout, timeout: relayTimeout, signal };
  try {
    const document = await fetchJson(nip05Url(name), { ...waits, mayBePrivate: () => allowPrivate });
    return readNip05(document, name.local);
  } catch (error) {
    signal.throwIfAborted(); // then that is why
    const told = `${withoutSecrets(formatNip05(name))}: ${(error as Error).message}`;
    if (error instanceof HttpError) throw new NoSuchName(KIND_OF[error.reason], told);
    if (error instanceof InvalidNip05) throw new NoSuchName('refused', told);
    throw error;
  }
}
