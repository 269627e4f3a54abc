// Whose it is that a command shows or changes: the person that the line names, else whoever signs.
import type { Context } from '../../context.ts';
import { SignerError } from '../../errors.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import { AccountName, type Located, locate, type Person } from '../../flags/people.ts';
import { inputOf } from '../lookup/names.ts';
import { type CommandKey, keyWords } from '../signing.ts';

/** Whether the line says that it is one's own. */
export function isOwn(who: Person | undefined): boolean {
  return who === undefined || who instanceof AccountName;
}

/** What names that key on another line, for a hint: ` --as bob`; nothing for the key that signs anyway. */
export function keyWordsOf(who: Person | undefined, flags: Partial<KeyFlags>): string {
  return keyWords(who instanceof AccountName ? { as: who.name } : flags);
}

export interface Asking {
  context: Context;
  flags: NetworkFlags;
  signal: AbortSignal;
  /** Needed where the line names nobody. */
  key: CommandKey | undefined;
  /** How somebody is named, for the hint where there is no key: `nost profile npub1…`. Undefined: it is about one's own. */
  line: string | undefined;
}

/** The key of the person, and where to look. Rejects with `UsageError`, and with `SignerError` where nobody is named and no key. */
export async function locateWhose(
  who: Person | undefined,
  { context, flags, signal, key, line }: Asking,
): Promise<Located> {
  if (who !== undefined) return locate(who, inputOf(context, signal, flags));
  try {
    return { value: await key!.publicKey(), hints: [] };
  } catch (error) {
    throw error instanceof SignerError && line !== undefined ? saidWhose(error, line) : error;
  }
}

/** There is no key to say it: somebody else's may have been meant, and that takes none. */
function saidWhose(error: SignerError, line: string): SignerError {
  if (error.code !== 'no_key') return error;
  const hint = `That of somebody else: ${line}\n${error.hint}`;
  return new SignerError('nobody is named, and there is no key of yours', { code: 'no_key', hint });
}
