// One line of the mutation table.
import type { Mutation } from '../mutant-relay.ts';

export interface CaseMutation {
  /** The case that fails. */
  readonly of: string;
  /** What the relay does wrong: `a relay that …`. */
  readonly because: string;
  readonly mutation: Mutation;
  /** The cases that fail as a consequence. */
  readonly also?: readonly string[];
}
