// Why an event has no good answer, in the words of its outcome.
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

function withNotice(notice: string): string {
  return `no OK, but a notice: ${notice}`;
}
