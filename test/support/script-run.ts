// One run of a script: its directory, environment, variables, relays, people and processes, and the command that
// assertions are about. What the lines of a script mean is script.ts.

import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodeOf } from '../../src/exit-codes.ts';
import { FAILURE_CODES, kindsOf } from '../../src/failure-codes.ts';
import { type Gate, openGate } from './gates.ts';
import { linesOf } from './script-checks.ts';
import { type Fixture, type Identity, identityOf, signFixture } from './script-fixtures.ts';
import { Command } from './script-process.ts';
import { parsePairs, type RelayKind, type Script, type ScriptLine, split } from './script-syntax.ts';
import { type ScriptedRelay, startScriptedRelay } from './scripted-relay.ts';
import { parseRelayScript } from './scripted-steps.ts';
import { AUTHORITY } from './tls-front.ts';
import type { Town } from './town.ts';

export interface RunningRelay {
  url: string;
  close(): Promise<void>;
}

/** What a script needs from outside. */
export interface World {
  startRelay(kind: RelayKind, options: Record<string, unknown>): Promise<RunningRelay>;
  /** The secret key of the person called that, 64 hex digits. */
  secretOf(name: string): string;
  /** The program behind `nost`. Default: bin/nost.js of this project. */
  program?: string;
}

/** A line of a script that did not hold. */
export class ScriptFailure extends Error {
  override name = 'ScriptFailure';
  readonly line: number;
  constructor(script: string, line: ScriptLine, reason: string, command: Command | undefined) {
    super(`${script}:${line.number}: ${line.text}\n${reason}${command ? `\n${describe(command)}` : ''}`);
    this.line = line.number;
  }
}

export function describe({ text, exit, timedOut, stdout, stderr }: Command): string {
  const end = timedOut ? 'killed: it took too long' : exit === undefined ? 'still running' : `exit ${exit}`;
  return `$ ${text}\n[${end}]\n[stdout]\n${clip(stdout)}\n[stderr]\n${clip(stderr)}`;
}

const clip = (text: string): string =>
  text.length <= 4000 ? text : `${text.slice(0, 2000)}\n… ${text.length - 4000} more …\n${text.slice(-2000)}`;

/** What is wrong with the failure code of the JSON log and the exit code: the table of codes knows which go together. */
function codeBesideExit({ stderr, exit }: Command): string | undefined {
  const code = /^{"type":"error","code":"(\w+)"/m.exec(stderr)?.[1];
  const row = FAILURE_CODES.find(row => row.code === code);
  if (code === undefined || exit === 0) return undefined; // a later command of the line may end well
  const exits = row ? kindsOf(row).map(exitCodeOf) : [];
  return exits.includes(exit as number) ? undefined : `the code ${code} does not come with ${exit}`;
}

export class Run {
  readonly vars: Record<string, string> = {};
  readonly #name: string;
  readonly #script: Script;
  readonly #kind: RelayKind;
  readonly #world: World;
  #directory = '';
  #environment: Record<string, string> = {};
  #stdin: string | undefined;
  readonly #relays = new Map<string, RunningRelay>();
  readonly #gates = new Map<string, Gate>();
  #town: Town | undefined;
  readonly #background = new Map<string, Command>();
  readonly #commands: Command[] = [];
  readonly #fixtures = new Map<string, Fixture>();
  readonly #people = new Map<string, Identity>();
  /** The command the assertions are about, the line that ran it, and whether an `exit` line has looked at it. */
  #subject: { command: Command; line: ScriptLine; exitSeen: boolean } | undefined;
  #line: ScriptLine | undefined;

  constructor(name: string, script: Script, kind: RelayKind, world: World) {
    this.#name = name;
    this.#script = script;
    this.#kind = kind;
    this.#world = world;
  }

  async prepare(): Promise<void> {
    this.#directory = await mkdtemp(join(tmpdir(), 'nost-script-'));
    const home = join(this.#directory, 'home');
    const bin = join(this.#directory, 'bin');
    const work = join(this.#directory, 'work');
    for (const folder of [home, bin, work]) await mkdir(folder, { mode: 0o700 });
    const program = this.#world.program ?? fileURLToPath(new URL('../../bin/nost.js', import.meta.url));
    await writeFile(join(bin, 'nost'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, {
      mode: 0o755,
    });
    this.#environment = cleanEnvironment(home, bin);
    for (const [file, content] of this.#script.files) await this.writeFile(file, content);
  }

  /** What follows is about this line. False when it is not meant for this relay kind. */
  enter(line: ScriptLine): boolean {
    this.#line = line;
    return line.only === undefined || line.only === this.#kind;
  }

  /** What must hold at the end: the last command's exit code, and no scripted relay that could not do a step. */
  async settle(): Promise<void> {
    this.#checkExitSeen();
    for (const [name, relay] of this.#relays) {
      const failed = connectionsOf(relay).find(({ state }) => state === 'failed');
      if (failed) throw this.failure(`relay ${name}: ${failed.failure}`);
    }
  }

  async cleanUp(): Promise<void> {
    for (const command of this.#commands) command.kill('SIGKILL');
    for (const gate of this.#gates.values()) await gate.close();
    for (const relay of this.#relays.values()) await relay.close();
    await Promise.all(this.#commands.map(command => command.ended));
    await rm(this.#directory, { recursive: true, force: true });
  }

  failure(reason: string): ScriptFailure {
    return new ScriptFailure(this.#name, this.#line!, reason, this.#subject?.command);
  }

  path(file: string): string {
    return join(this.#directory, 'work', file);
  }

  async writeFile(file: string, content: string, mode = 0o644): Promise<void> {
    await writeFile(this.path(file), content, { mode });
  }

  // Commands

  start(text: string): Command {
    const command = new Command(text, {
      cwd: join(this.#directory, 'work'),
      env: { ...this.#environment, ...inEnvironment(this.vars) },
      stdin: this.#stdin,
      pipefail: this.#script.pipefail,
      timeout: this.#script.timeout,
    });
    this.#stdin = undefined;
    this.#commands.push(command);
    return command;
  }

  /** Waits for a command's end and makes it what the following lines are about. */
  async finish(command: Command): Promise<void> {
    this.#checkExitSeen();
    this.#subject = { command, line: this.#line!, exitSeen: false };
    await command.ended;
    if (command.timedOut) throw this.failure('it took too long');
    const lie = codeBesideExit(command);
    if (lie) throw this.failure(lie);
  }

  #checkExitSeen(): void {
    const subject = this.#subject;
    if (!subject || subject.exitSeen || subject.command.exit === 0) return;
    throw new ScriptFailure(this.#name, subject.line, 'it should exit 0', subject.command);
  }

  subject(): Command {
    if (!this.#subject) throw this.failure('no command has run yet');
    return this.#subject.command;
  }

  exit(wanted: string): void {
    const { exit } = this.subject();
    this.#subject!.exitSeen = true;
    this.claim(String(exit) === wanted ? undefined : `it should exit ${wanted}, but did ${exit}`);
  }

  setEnvironment(name: string, value: string): void {
    this.#environment[name] = value;
  }

  setStdin(stdin: string): void {
    this.#stdin = stdin;
  }

  startInBackground(name: string, text: string): void {
    this.#background.set(name, this.start(text));
  }

  background(name: string): Command {
    const command = this.#background.get(name);
    if (!command) throw this.failure(`nothing called ${name} was started`);
    return command;
  }

  // Claims

  /** Fails when a check complained, or, after `!`, when it did not. */
  claim(complaint: string | undefined): void {
    const negated = this.#line!.negated;
    if (negated && complaint === undefined) throw this.failure('it should not be so');
    if (!negated && complaint !== undefined) throw this.failure(complaint);
  }

  /** `stdout`, `stderr`, the stdout of a background command, or a file of the working directory. */
  async source(name: string): Promise<string> {
    if (name === 'stdout' || name === 'stderr') return this.subject()[name];
    if (this.#background.has(name)) return this.background(name).stdout;
    return await readFile(this.path(name), 'utf8');
  }

  // Relays and people

  async startTown(manners: object): Promise<void> {
    const { NAMES, PEOPLE, RELAYS, Town } = await import('./town.ts');
    const town = await Town.start(manners);
    this.#town = town;
    for (const name of RELAYS) {
      this.vars[name.toUpperCase()] = town.urls[name];
      this.#relays.set(name.toUpperCase(), { url: town.urls[name], close: () => town.stop(name) });
    }
    for (const name of NAMES) await this.#addIdentity(name, PEOPLE[name].secretHex);
    this.vars['WEB'] = town.web.host;
    this.#gates.set('WEB', { address: town.web.host, asked: town.web.asked, close: () => town.close() });
    await this.writeFile('authority.pem', `${AUTHORITY}\n`);
  }

  async openWallet(manners: object): Promise<void> {
    if (!this.#town) throw this.failure('there is no town to open a wallet in');
    const { uri } = await this.#town.wallet(manners);
    this.vars['WALLET'] = uri;
    await this.writeFile('wallet.uri', `${uri}\n`, 0o600);
  }

  async startRelay(name: string, rest: string): Promise<void> {
    const [kind = '', after] = split(rest);
    const relay =
      kind === 'scripted'
        ? await startScriptedRelay(parseRelayScript(await readFile(this.path(after), 'utf8')), {
            vars: this.vars,
          })
        : await this.#world.startRelay(relayKind(kind === '' ? this.#kind : kind), optionsOf(after));
    this.#relays.set(name, relay);
    this.vars[name] = relay.url;
  }

  async stopRelay(name: string): Promise<void> {
    await this.relay(name).close();
    this.#relays.delete(name);
  }

  /** `kind word…`: see gates.ts. */
  async openGate(name: string, rest: string): Promise<void> {
    const [kind, after] = split(rest);
    const words = kind === 'deflating' ? [after] : after.split(/\s+/).filter(word => word !== '');
    const gate = await openGate(kind, words);
    this.#gates.set(name, gate);
    this.vars[name] = gate.address;
    if (kind === 'tls') await this.writeFile('authority.pem', `${AUTHORITY}\n`);
  }

  gate(name: string): Gate {
    const gate = this.#gates.get(name);
    if (!gate) throw this.failure(`no gate is called ${name}`);
    return gate;
  }

  relay(name: string): RunningRelay {
    const relay = this.#relays.get(name);
    if (!relay) throw this.failure(`no relay is called ${name}`);
    return relay;
  }

  scriptedRelay(name: string): ScriptedRelay {
    const relay = this.relay(name);
    if (!('connections' in relay)) throw this.failure(`${name} is not a scripted relay`);
    return relay as ScriptedRelay;
  }

  async addPerson(name: string): Promise<void> {
    // A relay that is not the test's own may hold what others wrote, and what an earlier run did.
    await this.#addIdentity(
      name,
      this.#kind === 'foreign' ? randomBytes(32).toString('hex') : this.#world.secretOf(name),
    );
  }

  async #addIdentity(name: string, secretHex: string): Promise<void> {
    const person = identityOf(secretHex);
    this.#people.set(name, person);
    await this.writeFile(`${name}.key`, `${person.secretHex}\n`, 0o600);
    this.vars[`${name}_SEC`] = this.path(`${name}.key`);
    this.vars[`${name}_PUB`] = person.publicKey;
    this.vars[`${name}_NPUB`] = person.npub;
    this.vars[`${name}_NSEC`] = person.nsec;
    this.vars[`${name}_HEX`] = person.secretHex;
  }

  async addEvent(name: string, author: string, pairs: string): Promise<void> {
    if (!this.#people.has(author)) await this.addPerson(author);
    const event = signFixture(this.#people.get(author)!, parsePairs(pairs));
    this.#fixtures.set(name, event);
    this.vars[name] = JSON.stringify(event);
    this.vars[`${name}_ID`] = event.id;
    await this.writeFile(`${name}.json`, `${this.vars[name]}\n`);
  }

  async fixtures(name: string): Promise<Fixture[]> {
    const event = this.#fixtures.get(name);
    if (event) return [event];
    return linesOf(await readFile(this.path(name), 'utf8')).map(line => JSON.parse(line) as Fixture);
  }
}

/** Nothing of the user's, nothing of ours, enough for a shell. */
function cleanEnvironment(home: string, bin: string): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: `${bin}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(home, '.cache'), // the start cache, which all share
    LANG: 'C.UTF-8',
    TZ: 'UTC',
  };
  const coverage = process.env['NODE_V8_COVERAGE'];
  if (coverage !== undefined) environment['NODE_V8_COVERAGE'] = coverage;
  return environment;
}

/** Linux takes no string of 128 KiB or more into an environment; such an event is in its file. */
function inEnvironment(vars: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(vars).filter(([, value]) => value.length < 30_000));
}

function relayKind(text: string): RelayKind {
  if (text !== 'nost' && text !== 'independent' && text !== 'foreign')
    throw new Error(`no relay of the kind "${text}"`);
  return text;
}

/** `auth=true max=5 name=x`: values are JSON where they can be. */
function optionsOf(text: string): Record<string, unknown> {
  return Object.fromEntries(
    parsePairs(text).map(([name, value]) => {
      try {
        return [name, JSON.parse(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}

function connectionsOf(relay: RunningRelay): ScriptedRelay['connections'] {
  return 'connections' in relay ? (relay as ScriptedRelay).connections : [];
}
