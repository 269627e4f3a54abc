// The failure of a side of a sync as a whole, as an ending.
import type { EndReason } from '../relay/link/outcome.ts';

/** A side cannot be used, or not any more. */
export class SideFailed extends Error {
  readonly side: string;
  readonly ended: EndReason;

  constructor(side: string, ended: EndReason) {
    super(`${side}: ${ended.end}${ended.reason === '' ? '' : `: ${ended.reason}`}`);
    this.name = 'SideFailed';
    this.side = side;
    this.ended = ended;
  }
}
