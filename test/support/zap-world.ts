// A town in which somebody zaps: the program runs in this process, in a home with a wallet if one is wanted.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepWallet } from '../../src/signer/wallet-secret.ts';
import { runInside } from './program-run.ts';
import { signerWorld } from './signer-world.ts';
import { AUTHORITY } from './tls-front.ts';
import { PEOPLE, type RelayName, Town } from './town.ts';
import type { TownWallet, WalletManners } from './town-wallet.ts';
import type { WebManners } from './town-web.ts';

/** How a command ended, and what it wrote. */
export interface Ended {
  /** The lines of stdout. */
  lines: string[];
  stderr: string;
  /** Kind and code of the failure. */
  failure: string | undefined;
}

export class ZapWorld {
  readonly town: Town;
  readonly #home: string;
  readonly #manners: WebManners;

  private constructor(town: Town, home: string, manners: WebManners) {
    this.town = town;
    this.#home = home;
    this.#manners = manners;
  }

  static async start(): Promise<ZapWorld> {
    const manners = {};
    const town = await Town.start(manners);
    const home = mkdtempSync(join(tmpdir(), 'nost-zaps-'));
    writeFileSync(join(home, 'authority.pem'), AUTHORITY);
    return new ZapWorld(town, home, manners);
  }

  async close(): Promise<void> {
    await this.town.close();
    rmSync(this.#home, { recursive: true, force: true });
  }

  /** From now on the web server is like this. */
  behave(manners: WebManners): void {
    for (const name of Object.keys(this.#manners)) delete this.#manners[name as keyof WebManners];
    Object.assign(this.#manners, manners);
  }

  /** Forgets every wallet. */
  emptyHanded(): void {
    for (const folder of ['.config/nost/wallets', '.local/share/nost/keys'])
      rmSync(join(this.#home, folder), { recursive: true, force: true });
  }

  /** Starts a wallet, and keeps it as the purse. */
  async wallet(manners: WalletManners = {}, at?: RelayName): Promise<TownWallet> {
    const wallet = await this.town.wallet(manners, at);
    await this.keep(wallet.uri);
    return wallet;
  }

  async keep(uri: string, name = 'purse'): Promise<void> {
    const place = { store: 'plain', insecure: true, line: '' } as const;
    await keepWallet({ text: uri, where: 'a test', name }, place, signerWorld({ HOME: this.#home }));
  }

  /** Runs a command as Ben, who trusts the authority, asks the index, and may go to the loopback. */
  async run(...argv: string[]): Promise<Ended> {
    const network = ['--cacert', join(this.#home, 'authority.pem'), '--allow-private'];
    return this.runBare(...argv, ...network);
  }

  async runBare(...argv: string[]): Promise<Ended> {
    const env = {
      HOME: this.#home,
      NOST_RELAYS: this.town.urls.index,
      NOSTR_SECRET_KEY: PEOPLE.ben.secretHex,
    };
    const { written, failure } = await runInside(argv, { env, endsItself: true });
    const all = written.split('\n').filter(line => line !== '');
    const isData = (line: string) => /^(?:\{|ln)/.test(line);
    const { kind, code } = (failure ?? {}) as { kind?: string; code?: string };
    return {
      lines: all.filter(isData),
      stderr: all.filter(line => !isData(line)).join('\n'),
      failure:
        failure === undefined ? undefined : kind ? `${kind} ${code}` : String((failure as Error).stack),
    };
  }
}
