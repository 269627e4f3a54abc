// Tells once that not every program can read what is written: NIP-44 had a limit of 65,535 bytes at first.
import type { Context } from '../../context.ts';
import { LONGEST_OLD_PAYLOAD } from '../../protocol/nip44.ts';

/** Looks at each payload of a command, and warns of the first that is too long for old programs. `what` it holds. */
export function extendedWarning({ log }: Pick<Context, 'log'>, what: string): (payload: string) => void {
  let isTold = false;
  return payload => {
    if (isTold || payload.length <= LONGEST_OLD_PAYLOAD) return;
    isTold = true;
    const message = `${what} of more than 65535 bytes cannot be read by programs that do not know the extended lengths of NIP-44`;
    log.warn({ type: 'warning', message });
  };
}
