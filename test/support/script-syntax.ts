// The text of a script → its settings, lines and files. Knows the shape of lines, not what the verbs do.

/** Which relay a script's `relay R` starts; `foreign` is one that was there before (NOST_E2E_RELAY). */
export type RelayKind = 'nost' | 'independent' | 'foreign';

export interface ScriptLine {
  /** Counted from 1; of a group of `>` lines the first. */
  number: number;
  /** As it stands in the file, for failures. */
  text: string;
  /** `[nost]` before a line: only with that kind of relay. */
  only: string | undefined;
  /** `!` before a line: what follows must not hold. */
  negated: boolean;
  verb: string;
  rest: string;
}

export interface Script {
  /** `relays:` — the whole script runs once for each. */
  relays: RelayKind[];
  /** `pipefail: yes` */
  pipefail: boolean;
  /** `timeout:` — milliseconds a command may take. */
  timeout: number;
  lines: ScriptLine[];
  /** Written into the working directory before the first line. */
  files: Map<string, string>;
}

const RELAY_HEADERS: Record<string, RelayKind[]> = {
  nost: ['nost'],
  independent: ['independent'],
  both: ['nost', 'independent'],
};

/** Parses a script. Throws with the number of the line that is wrong. */
export function parseScript(text: string): Script {
  const script: Script = {
    relays: ['nost'],
    pipefail: false,
    timeout: 60_000,
    lines: [],
    files: new Map(),
  };
  const lines = text.split('\n');
  const filesFrom = lines.findIndex(line => FILE_MARK.test(line));
  const body = filesFrom < 0 ? lines : lines.slice(0, filesFrom);
  if (filesFrom >= 0) script.files = parseFiles(lines.slice(filesFrom));
  for (let index = 0; index < body.length; index++) {
    const number = index + 1;
    let line = body[index]!;
    if (line.trim() === '' || line.startsWith('#')) continue;
    if (script.lines.length === 0 && setHeader(script, line, number)) continue;
    while (line.endsWith('\\') && index + 1 < body.length) line += `\n${body[++index]}`;
    addLine(script.lines, parseLine(line, number));
  }
  return script;
}

const FILE_MARK = /^-- (\S+) --$/;

function parseFiles(lines: string[]): Map<string, string> {
  const files = new Map<string, string>();
  let name = '';
  // The script's last line break ends its last line: no empty line follows.
  for (const line of lines.at(-1) === '' ? lines.slice(0, -1) : lines) {
    const mark = FILE_MARK.exec(line);
    if (mark) name = mark[1]!;
    files.set(name, mark ? '' : `${files.get(name)}${line}\n`);
  }
  return files;
}

function setHeader(script: Script, line: string, number: number): boolean {
  const match = /^(\w+):\s*(.*)$/.exec(line);
  if (!match) return false;
  const [, name, value] = match as unknown as [string, string, string];
  if (name === 'relays' && Object.hasOwn(RELAY_HEADERS, value)) script.relays = RELAY_HEADERS[value]!;
  else if (name === 'pipefail') script.pipefail = value === 'yes';
  else if (name === 'timeout') script.timeout = parseDuration(value);
  else throw new Error(`line ${number}: no such setting: ${line}`);
  return true;
}

function parseLine(text: string, number: number): ScriptLine {
  const match = /^\s*(?:\[(\w+)\]\s+)?(!\s+)?(\S+)(?:[ \t]([\s\S]*))?$/.exec(text)!;
  const [, only, bang, verb = '', rest = ''] = match;
  // What follows `>` is output and kept to the letter.
  return { number, text, only, negated: bang !== undefined, verb, rest: isOutput(verb) ? rest : rest.trim() };
}

const isOutput = (verb: string): boolean => verb === '>' || verb === '2>';

/** Neighbouring `>` lines are one expectation. */
function addLine(lines: ScriptLine[], line: ScriptLine): void {
  const last = lines.at(-1);
  if (last && isOutput(line.verb) && last.verb === line.verb && last.only === line.only) {
    last.rest += `\n${line.rest}`;
    last.text += `\n${line.text}`;
  } else lines.push(line);
}

/** The variables of a script. */
export type Variables = Readonly<Record<string, string>>;

/** `$NAME` and `${NAME}` of known variables, each passed through `quote`; `$` before anything else stays. */
export function expand(text: string, variables: Variables, quote = (value: string): string => value): string {
  return text.replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) => {
    const name = bare ?? braced ?? '';
    if (Object.hasOwn(variables, name)) return quote(variables[name]!);
    if (/^\d/.test(name)) return whole; // `$1` is no variable of ours
    throw new Error(`$${name} has no value`);
  });
}

/** `/source/flags` with its variables taken literally, or undefined when the text has no such form. */
export function parsePattern(text: string, variables: Variables): RegExp | undefined {
  const match = /^\/(.*)\/([a-z]*)$/s.exec(text);
  if (!match) return undefined;
  const source = expand(match[1]!, variables, value => value.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(source, `m${match[2]}`);
}

/** `a=1 b="x y"` → pairs; a value in quotes is a JSON string, another ends at the next space. */
export function parsePairs(text: string): [name: string, value: string][] {
  const pairs = [...text.matchAll(/([\w-]+)=("(?:[^"\\]|\\.)*"|\S*)(?:\s+|$)/gy)];
  if (pairs.map(pair => pair[0]).join('').length !== text.length) {
    throw new Error(`name=value pairs are wanted, not: ${text}`);
  }
  return pairs.map(([, name, value]) => [name!, value!.startsWith('"') ? JSON.parse(value!) : value!]);
}

/** `250ms`, `2s`, `1m` in milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  if (!match) throw new Error(`a duration looks like 250ms, 2s or 1m, not "${text}"`);
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
}

/** The first word and the rest. */
export function split(text: string): [first: string, rest: string] {
  const match = /^(\S*)\s*([\s\S]*)$/.exec(text)!;
  return [match[1]!, match[2]!];
}
