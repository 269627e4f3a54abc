// The script engine: test/scripts/NAME.txt is what a user types and sees, run for real against real relays.
// Every script has a temporary directory of its own (working directory, HOME, XDG_*), an environment without
// anything of ours, `nost` on its PATH, and /dev/null as stdin. Commands run in bash with the variables below in
// their environment; in all other lines `$NAME` is replaced by its value, and an unknown name is an error.
//
// | line                                  | meaning                                                                |
// |---------------------------------------|------------------------------------------------------------------------|
// | # text                                | a comment                                                              |
// | relays: both                          | first lines: run the script once per relay kind (nost, independent)    |
// | pipefail: yes · timeout: 60s          | … bash -o pipefail; how long one command may take (60 s)               |
// | relay R                               | starts a relay of that kind; $R is its URL                             |
// | relay R nost auth=true                | … of this kind, with options of `startNost` (`independent` likewise)   |
// | relay R scripted FILE                 | … that plays the steps in FILE (see scripted-steps.ts)                 |
// | stop R                                | closes a relay                                                         |
// | gate T tls $R                         | TLS in front of a relay: $T is its URL, file authority.pem its CA      |
// | gate P http $R · gate P socks $R u:p  | a proxy that leads to that relay alone; $P is its host:port            |
// | gate P mute                           | a proxy that never answers                                             |
// | gate R deflating $E · gate R bomb     | a relay that compresses: one event, or a frame of a gigabyte           |
// | town · town {"hangs":true}            | the town of town.ts: $INDEX $NORTH $SOUTH $INBOX, $WEB (host:port, with authority.pem), |
// |                                       | ann to eve as by `key` ($ann_SEC, $ann_NPUB …); JSON: manners of its web server |
// | wallet · wallet {"silent":true}       | a wallet of the town: $WALLET, its URI, also in the file wallet.uri   |
// | asked P /regex/                       | a proxy was asked for a destination like that                          |
// | key A                                 | a fixed person (A, B, C): $A_SEC (path of a 0600 key file), $A_PUB, $A_NPUB, $A_NSEC, $A_HEX |
// | event E A kind=1 content="x" t=tag    | signs an event: file E.json, $E (its JSON), $E_ID; created_at=, tags=JSON |
// | seed R E F file.jsonl                 | sends events to a relay, without `nost`                                |
// | env K=V                               | sets a variable for the commands that follow                           |
// | stdin FILE · stdin "text" · stdin open| what the next command reads; open: a pipe that stays silent            |
// | $ nost req $R \| head -1              | runs a command; it must exit 0 unless an `exit` line follows           |
// | exit 5                                | … it must exit with that (128+n for signal n)                          |
// | > {"kind":1}                          | the whole stdout, line by line; `> ...` stands for any lines           |
// | 2> text                               | the same of stderr                                                     |
// | stdout text · stdout /regex/ · stdout empty | stdout contains, matches (^ and $ are of lines), is empty        |
// | stderr …                              | the same of stderr                                                     |
// | stdout-lines 3 · stderr-lines 3       | how many lines                                                         |
// | same stdout FILE                      | stdout (stderr) is exactly that file                                   |
// | json .kind == 1                       | in each JSON line of stdout; [0].kind in the first; also != ~ >= <= exists |
// | json stderr … · json FILE …           | the same in stderr, in a file, in the stdout of a background command   |
// | set V stdout .id · set V stdout /(x)/ | a variable from a JSON field, or a regex's first group                 |
// | set V stdout · set V = text           | … from all of it, or from a text                                       |
// | after 1s                              | the command took at least that long                                    |
// | endless 3s                            | from here on a timeout of so long, or longer, never ends in `nost`: who would wait for one hangs |
// | start S $ nost req -f $R              | runs a command in the background; its stdin may be `open`              |
// | wait S stdout text · wait S stderr /x/| waits until its output is so                                           |
// | kill S INT                            | signals it                                                             |
// | finish S                              | waits for its end; then `exit`, `>`, `stdout` … are about it           |
// | received R /regex/ · received R 2 /x/ | waits until a scripted relay got a frame like that (at least n); `!`: it has none |
// | connections R 2                       | a scripted relay had that many                                         |
// | http-requests R 2                     | … and answered that many HTTP requests that were no handshake          |
// | played R                              | all its connections played all their steps                             |
// | ! stdout …                            | the opposite                                                           |
// | [nost] stdout-lines 3                 | only when the script runs with that relay kind                         |
// | -- NAME --                            | what follows is a file in the working directory                        |
import { join } from 'node:path';
import { checkJson, checkText, checkTranscript, linesOf, valuesAt } from './script-checks.ts';
import { seedRelay } from './script-fixtures.ts';
import { describe, Run, ScriptFailure, type World } from './script-run.ts';
import {
  expand,
  parseDuration,
  parsePairs,
  parsePattern,
  parseScript,
  type RelayKind,
  type ScriptLine,
  split,
} from './script-syntax.ts';
import { parseRelayScript } from './scripted-steps.ts';

const FROZEN = join(import.meta.dirname, 'frozen-timers.cjs');

/** Runs a script against one relay kind. Rejects with a `ScriptFailure`. */
export async function runScript(name: string, text: string, kind: RelayKind, world: World): Promise<void> {
  const script = parseScript(text);
  const run = new Run(name, script, kind, world);
  try {
    await run.prepare();
    for (const line of script.lines) if (run.enter(line)) await obey(run, line);
    await run.settle();
  } finally {
    await run.cleanUp();
  }
}

async function obey(run: Run, line: ScriptLine): Promise<void> {
  const verb = Object.hasOwn(VERBS, line.verb) ? VERBS[line.verb] : undefined;
  if (!verb) throw run.failure(`no such line; the verbs are ${Object.keys(VERBS).join(' ')}`);
  try {
    await verb(run, line.rest, line);
  } catch (error) {
    throw error instanceof ScriptFailure ? error : run.failure((error as Error).message);
  }
}

type Verb = (run: Run, rest: string, line: ScriptLine) => Promise<void> | void;

const VERBS: Record<string, Verb> = {
  relay: (run, rest) => {
    const [name, after] = split(rest);
    return run.startRelay(name, after);
  },
  stop: (run, name) => run.stopRelay(name),
  gate: (run, rest) => {
    const [name, after] = split(rest);
    return run.openGate(name, expand(after, run.vars));
  },
  town: (run, rest) => run.startTown(rest === '' ? {} : JSON.parse(rest)),
  wallet: (run, rest) => run.openWallet(rest === '' ? {} : JSON.parse(rest)),
  asked: (run, rest) => {
    const [name, wanted] = split(rest);
    run.claim(checkText(run.gate(name).asked.join('\n'), wanted, run.vars));
  },
  key: (run, name) => run.addPerson(name),
  event: (run, rest) => {
    const [name, after] = split(rest);
    const [author, pairs] = split(after);
    return run.addEvent(name, author, expand(pairs, run.vars));
  },
  seed: async (run, rest) => {
    const [name, after] = split(rest);
    const events = await Promise.all(after.split(/\s+/).map(source => run.fixtures(source)));
    await seedRelay(run.relay(name).url, events.flat());
  },
  env: (run, rest) => {
    for (const [name, value] of parsePairs(expand(rest, run.vars))) run.setEnvironment(name, value);
  },
  stdin: async (run, rest) => {
    if (!rest.startsWith('"')) return run.setStdin(rest === 'open' ? rest : run.path(rest));
    await run.writeFile('.stdin', expand(JSON.parse(rest), run.vars));
    run.setStdin(run.path('.stdin'));
  },
  $: (run, rest) => run.finish(run.start(rest)),
  exit: (run, wanted) => run.exit(wanted),
  '>': (run, wanted) => run.claim(checkTranscript(run.subject().stdout, wanted, run.vars)),
  '2>': (run, wanted) => run.claim(checkTranscript(run.subject().stderr, wanted, run.vars)),
  stdout: (run, wanted) => run.claim(checkText(run.subject().stdout, wanted, run.vars)),
  stderr: (run, wanted) => run.claim(checkText(run.subject().stderr, wanted, run.vars)),
  'stdout-lines': (run, wanted) => run.claim(checkCount(linesOf(run.subject().stdout).length, wanted)),
  'stderr-lines': (run, wanted) => run.claim(checkCount(linesOf(run.subject().stderr).length, wanted)),
  same: async (run, rest) => {
    const [stream, file] = split(rest);
    const same = (await run.source(stream)) === (await run.source(file));
    run.claim(same ? undefined : `${stream} should be the same as ${file}`);
  },
  json: async (run, rest) => {
    const [first, after] = split(rest);
    const named = !/^[.[]/.test(first);
    run.claim(checkJson(await run.source(named ? first : 'stdout'), named ? after : rest, run.vars));
  },
  set: async (run, rest) => {
    const [name, after] = split(rest);
    const [source, what] = split(after);
    run.vars[name] = source === '=' ? expand(what, run.vars) : pick(await run.source(source), what, run);
  },
  endless: (run, from) => {
    run.setEnvironment('NODE_OPTIONS', `--require ${FROZEN}`);
    run.setEnvironment('ENDLESS_FROM_MS', String(parseDuration(from)));
  },
  after: (run, limit) => {
    const { took } = run.subject();
    run.claim(took >= parseDuration(limit) ? undefined : `it took only ${Math.round(took)} ms`);
  },
  start: (run, rest) => {
    const [name, command] = split(rest);
    if (!command.startsWith('$ ')) throw new Error('start NAME $ command');
    run.startInBackground(name, command.slice(2));
  },
  wait: async (run, rest) => {
    const [name, after] = split(rest);
    const [stream, wanted] = split(after);
    if (stream !== 'stdout' && stream !== 'stderr') throw new Error('wait NAME stdout|stderr text');
    const command = run.background(name);
    const complaint = (): string | undefined => checkText(command[stream], wanted, run.vars);
    if (await command.until(() => complaint() === undefined)) return;
    throw new Error(`it ended first, and ${stream} was never so: ${complaint()}\n${describe(command)}`);
  },
  kill: (run, rest) => {
    const [name, signal] = split(rest);
    run.background(name).kill(`SIG${signal || 'TERM'}` as NodeJS.Signals);
  },
  finish: (run, name) => run.finish(run.background(name)),
  received: checkReceived,
  connections: async (run, rest) => {
    const [name, count] = split(rest);
    run.claim(checkCount(run.scriptedRelay(name).connections.length, count));
  },
  'http-requests': async (run, rest) => {
    const [name, count] = split(rest);
    run.claim(checkCount(run.scriptedRelay(name).httpRequests, count));
  },
  played: async (run, name) => {
    const relay = run.scriptedRelay(name);
    if (relay.connections.length === 0) throw new Error('nobody connected');
    for (const index of relay.connections.keys()) await relay.played(index);
  },
};

/** What is wrong with a script before anything runs: unknown verbs, relay scripts that are missing or unreadable. */
export function checkScript(text: string): string[] {
  const { lines, files } = parseScript(text);
  return lines.flatMap(({ number, verb, rest }) => {
    if (!Object.hasOwn(VERBS, verb)) return [`line ${number}: no such verb: ${verb}`];
    const file = verb === 'relay' ? /^\w+ scripted (\S+)$/.exec(rest)?.[1] : undefined;
    if (file === undefined) return [];
    try {
      if (!files.has(file)) throw new Error('it is not there');
      parseRelayScript(files.get(file)!);
      return [];
    } catch (error) {
      return [`line ${number}: ${file}: ${(error as Error).message}`];
    }
  });
}

function checkCount(actual: number, wanted: string): string | undefined {
  return String(actual) === wanted ? undefined : `there should be ${wanted}, but there are ${actual}`;
}

function pick(text: string, what: string, run: Run): string {
  if (what === '') return text.trimEnd();
  const pattern = parsePattern(what, run.vars);
  const value = pattern ? pattern.exec(text)?.[1] : valuesAt(text, what)[0];
  if (value === undefined) throw new Error(`there is no ${what}`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Waits for a frame that must come; one that must not come is looked for once. */
async function checkReceived(run: Run, rest: string, line: ScriptLine): Promise<void> {
  const match = /^(\w+)\s+(?:(\d+)\s+)?(\/.*\/\w*)$/s.exec(rest);
  if (!match) throw new Error('received RELAY [COUNT] /regex/');
  const relay = run.scriptedRelay(match[1]!);
  const pattern = parsePattern(match[3]!, run.vars)!;
  const enough = (): boolean =>
    relay.received.filter(text => pattern.test(text)).length >= Number(match[2] ?? 1);
  if (line.negated) run.claim(enough() ? undefined : 'never');
  else await relay.until(enough);
}
