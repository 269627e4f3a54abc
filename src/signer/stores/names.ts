// Claims on the names of accounts: a file for each name, which only one program can create. Of many that want the same
// name at once, one gets it. A claim says what its owner is about to do, so that anybody can finish it when the owner
// was killed: no claim is a lock that could remain.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Failure } from '../../errors.ts';
import { readGuarded, removePrivate, writePrivate } from './private-file.ts';

/** Who has a name, or is about to get it. */
export interface Claim {
  /** The line of the account with this name. */
  line: string;
  /** The name it has until then; absent for a new account. */
  from?: string | null;
}

export class NameClaims {
  readonly #folder: string;
  readonly #userId: number | undefined;

  constructor(folder: string, userId: number | undefined) {
    this.#folder = folder;
    this.#userId = userId;
  }

  /** Claims a name; false when somebody else has. */
  async take(name: string, claim: Claim): Promise<boolean> {
    try {
      await writePrivate(this.#path(name), JSON.stringify(claim), 'new', this.#userId);
      return true;
    } catch (error) {
      if (error instanceof Failure && error.code === 'file_exists') return false;
      throw error;
    }
  }

  /** The claim on a name; undefined when there is none that can be read. */
  async find(name: string): Promise<Claim | undefined> {
    const text = await readGuarded(this.#path(name), this.#userId);
    try {
      const claim: Partial<Claim> | null = JSON.parse(text ?? 'null');
      return typeof claim?.line === 'string' ? (claim as Claim) : undefined;
    } catch {
      return undefined;
    }
  }

  async release(name: string): Promise<void> {
    await removePrivate(this.#path(name));
  }

  /** A name may be longer than a file's, and hold letters that file systems confuse. */
  #path(name: string): string {
    return join(this.#folder, `${createHash('sha256').update(name).digest('hex')}.json`);
  }
}
