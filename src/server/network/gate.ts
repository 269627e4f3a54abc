// Who may reach the relay by which name. A web page may ask any address of its visitor's machine, and a name that an
// attacker owns may lead to the loopback (DNS rebinding); Host and Origin tell.
import type { IncomingHttpHeaders } from 'node:http';
import { hostname as machineName } from 'node:os';
import { isAddress, isLoopback, nameIn, originIn } from '../../protocol/host-name.ts';
import { quote } from '../../protocol/quote.ts';

export interface GateOptions {
  /** The address that the relay listens on, as the system tells it. */
  address: string;
  /** The names that its owner gave: of --host, of --url, and those of --allow-host. */
  names: readonly string[];
  /** Origins beside those of the loopback; `*`: all. */
  origins: readonly string[];
}

/** Characters of a header that are shown. */
const LONGEST = 100;

export class Gate {
  readonly #isLoopback: boolean;
  readonly #names: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  constructor({ address, names, origins }: GateOptions) {
    this.#isLoopback = isLoopback(address);
    const machine = this.#isLoopback ? [] : [machineName(), `${machineName()}.local`];
    this.#names = new Set([...names, ...machine].map(name => nameIn(name) ?? name));
    this.#origins = new Set(origins.map(origin => originIn(origin) ?? origin));
  }

  /** Why a request is refused, with the flag that lets it in; undefined when it is not. */
  refusal({ host, origin }: IncomingHttpHeaders): string | undefined {
    if (!this.#isOwnName(host))
      return `the Host header ${quote(host ?? '', LONGEST)} is no name of this relay (--allow-host)`;
    if (!this.#isOwnOrigin(origin))
      return `web pages of ${quote(origin ?? '', LONGEST)} may not use this relay (--allow-origin)`;
    return undefined;
  }

  #isOwnName(host: string | undefined): boolean {
    const name = nameIn(host ?? '');
    if (name === undefined) return false;
    if (name === 'localhost' || isLoopback(name) || this.#names.has(name)) return true;
    return !this.#isLoopback && isAddress(name);
  }

  #isOwnOrigin(origin: string | undefined): boolean {
    if (origin === undefined || this.#origins.has('*') || this.#origins.has(origin)) return true;
    const known = originIn(origin);
    if (known === undefined) return false;
    const name = nameIn(new URL(known).host)!;
    return name === 'localhost' || isLoopback(name) || this.#origins.has(known);
  }
}
