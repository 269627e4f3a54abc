// Why an event has no good answer, in the words of its outcome.
import type { Authentication } from '../link/authentication.ts';
import { asksToSlowDown, type PublishStatus } from '../link/outcome.ts';

export interface Fault {
  status: PublishStatus;
  message: string;
}

/** No answer came in time, but perhaps a notice. */
export function silenceOf(notice: string | undefined): Fault {
  if (notice === undefined) return { status: 'timeout', message: 'no OK' };
  return { status: asksToSlowDown(notice) ? 'rate_limited' : 'timeout', message: withNotice(notice) };
}

/** A notice came instead of an answer, and there is one event it can be about. */
export function refusalBy(notice: string): Fault {
  return { status: 'refused', message: withNotice(notice) };
}

/** Why the relay does not accept our AUTH; undefined when it does. `onFault` is told when the user's key cannot sign. */
export async function faultOfAuth(
  authentication: Pick<Authentication, 'run'>,
  onFault: (error: unknown) => void,
): Promise<Fault | undefined> {
  try {
    const { ok, message } = await authentication.run();
    if (ok) return undefined;
    return { status: 'auth_required', message: message || 'the relay refused the authentication' };
  } catch (error) {
    onFault(error);
    return { status: 'auth_required', message: 'authentication failed here' };
  }
}

function withNotice(notice: string): string {
  return `no OK, but a notice: ${notice}`;
}
