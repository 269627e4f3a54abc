// README is run: the first session, every recipe, every command, flag and path that it names.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { describeAll } from '../../src/command-line.ts';
import { bytesToHex } from '../../src/protocol/hex.ts';
import { encodeEntity } from '../../src/protocol/nip19.ts';
import { A, T0 } from '../support/people.ts';
import { startNost } from '../support/relays.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The code of a marked section. */
function section(name: string): string {
  return new RegExp(`<!-- ${name} -->\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(README)![1]!;
}

const folder = mkdtempSync(join(tmpdir(), 'nost-readme-'));
const bin = join(folder, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'nost'), `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/bin/nost.js" "$@"\n`, {
  mode: 0o755,
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script in bash, in a home of its own. */
function bash(script: string, cwd: string, env: Record<string, string> = {}) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>(resolve => {
    const child = spawn('bash', ['-o', 'pipefail', '-c', script], {
      cwd,
      env: { PATH: bin + delimiter + process.env['PATH'], HOME: cwd, NOST_NO_INPUT: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    });
    const told = { code: null as number | null, stdout: '', stderr: '' };
    child.stdout.on('data', chunk => {
      told.stdout += chunk;
    });
    child.stderr.on('data', chunk => {
      told.stderr += chunk;
    });
    child.on('close', code => resolve({ ...told, code }));
  });
}

test('the first session works as it stands, on a machine without a keychain', async () => {
  const home = join(folder, 'session');
  mkdirSync(home);
  const { code, stdout, stderr } = await bash(`set -e\n${section('session')}wait`, home);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /"name":"demo","store":"plain"/);
  assert.match(stdout, /\nhello from nost\n/);
  // The start cache belongs to the program, not to the session.
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const left = files.map(({ parentPath, name }) => join(parentPath, name));
  assert.deepEqual(
    left.filter(path => !path.startsWith(join(home, '.cache'))),
    [],
    'the session leaves files behind',
  );
});

describe('recipes', () => {
  const recipes = section('recipes')
    .trim()
    .split('\n\n')
    .map(text => text.split('\n') as [about: string, ...lines: string[]]);
  const home = join(folder, 'recipes');
  let relays: Awaited<ReturnType<typeof startNost>>[] = [];
  const article = A.sign({ kind: 30023, tags: [['d', 'x']], content: 'an article', created_at: T0 });
  const notes = Array.from({ length: 12 }, (_, i) =>
    A.sign({ kind: 1, tags: [['t', 'nostr']], content: `note ${i}`, created_at: T0 + i }),
  );
  const profile = A.sign({ kind: 0, content: '{"name":"a"}', created_at: T0 });
  const npub = encodeEntity({ type: 'npub', pubkey: A.publicKey });

  before(async () => {
    mkdirSync(home);
    const seed = [article, profile, ...notes];
    relays = await Promise.all([startNost({ seed }), startNost({ seed: notes }), startNost({ seed })]);
    const key = encodeEntity({ type: 'nsec', secretKey: A.secretKey });
    writeFileSync(join(home, 'key.txt'), `${key}\n`, { mode: 0o600 });
    const lines = [...notes, { ...notes[0], id: bytesToHex(new Uint8Array(32)) }];
    writeFileSync(join(home, 'events.jsonl'), lines.map(event => `${JSON.stringify(event)}\n`).join(''));
    writeFileSync(join(home, 'posts.jsonl'), '{"text":"one"}\n{"text":"two"}\n');
  });
  after(() => Promise.all(relays.map(relay => relay.close())));

  /** What each comes to, by a part of its line. */
  const expected: [line: string, check: (told: Awaited<ReturnType<typeof bash>>) => void][] = [
    ['-k article', ({ stdout }) => assert.equal(stdout, 'an article\n')],
    ['--stream -n 10', ({ stdout }) => assert.equal(stdout.trim().split('\n').length, 10)],
    [
      '--report endings.jsonl',
      () => {
        assert.equal(readFileSync(join(home, 'mine.jsonl'), 'utf8').trim().split('\n').length, 14);
        assert.match(readFileSync(join(home, 'endings.jsonl'), 'utf8'), /"complete":true/);
      },
    ],
    [
      '| nost publish - wss://b.example',
      ({ stdout }) => assert.equal(stdout, `${JSON.stringify(profile)}\n`),
    ],
    ["-m 'hello'", ({ stdout }) => assert.match(stdout, /"content":"hello"/)],
    ['publish --results', ({ code, stdout }) => assert.deepEqual([code, stdout], [2, ''])],
    ['posts.jsonl', ({ stdout }) => assert.match(stdout, /\["t","blog"\]\],"content":"two"/)],
    ['--fail-on-empty', ({ stdout }) => assert.equal(stdout, '')],
    ['--format', ({ stdout }) => assert.match(stdout, /^\d{4}-\d\d-\d\dT\S+ npub1\w+ \S/)],
    [
      '--pretty',
      ({ stdout }) => assert.match(stdout, /^\d{4}-\d\d-\d\d \S+ UTC {2}npub1\S+ {2}note\n {2}\w/),
    ],
    [
      'verify --results',
      ({ code, stdout }) => assert.match(`${code} ${stdout}`, /^1 {"line":13,.*"layer":"id"/),
    ],
    ['nost decode', ({ stdout }) => assert.equal(stdout, `${A.publicKey}\n`)],
    ['relay-info', ({ stdout }) => assert.match(stdout, /"max_limit"/)],
  ];

  test('are all known here', () => {
    const unknown = recipes.filter(
      ([, ...lines]) => !expected.some(([part]) => lines.join('\n').includes(part)),
    );
    assert.deepEqual(unknown, []);
    assert.equal(recipes.length, expected.length);
  });

  for (const [about, ...lines] of recipes)
    test(about.slice(2), async () => {
      const line = lines.join('\n');
      const real = line
        .replaceAll('npub1…', npub)
        .replaceAll('wss://relay.example', relays[0]!.url)
        .replaceAll('wss://a.example', relays[2]!.url)
        .replaceAll('wss://b.example', relays[1]!.url);
      const told = await bash(real, home, { id: notes[0]!.id });
      const [part, check] = expected.find(([part]) => line.includes(part))!;
      check(told);
      if (!['publish --results', 'verify --results'].includes(part)) assert.equal(told.code, 0, told.stderr);
    });
});

describe('what README names', async () => {
  const commands = await describeAll();
  const names = new Set(commands.map(({ name }) => name));
  const code = [...README.matchAll(/`([^`\n]+)`|```\w+\n([\s\S]*?)```/g)].map(match => match[1] ?? match[2]!);

  test('commands exist', () => {
    const used = code.flatMap(text => [...text.matchAll(/(?:^|[|(!\s])nost ([a-z][a-z-]*)(?: ([a-z-]+))?/g)]);
    const unknown = used.filter(
      ([, first, second]) => !names.has(first!) && !names.has(`${first} ${second}`),
    );
    assert.ok(used.length > 30);
    assert.deepEqual(
      unknown.map(([text]) => text.trim()),
      [],
    );
  });

  test('flags exist on their command', () => {
    const wrong: string[] = [];
    for (const text of code)
      for (const [, words] of text.matchAll(/\bnost ((?:(?!\bnost\b)[^|\n])*)/g)) {
        const command = commands.find(({ name }) => words!.startsWith(`${name} `) || words === name);
        if (!command) continue;
        const known = new Set(command.flags.flatMap(flag => flag.names));
        for (const [flag] of words!.matchAll(/(?<=\s)--?[a-z][a-z-]*/g))
          if (!known.has(flag)) wrong.push(`${command.name}: ${flag}`);
      }
    assert.deepEqual(wrong, []);
  });

  test('paths exist', () => {
    const paths = code.filter(text => /^(?:src|test|bin|completions)(?:\/[\w.-]+)*\/?$/.test(text));
    assert.ok(paths.length > 20);
    assert.deepEqual(
      paths.filter(path => !existsSync(join(ROOT, path)) && !path.includes('NN')),
      [],
    );
  });

  test('scripts of npm exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const used = [...README.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(match => match[1]!);
    assert.deepEqual(
      used.filter(name => !(name in scripts)),
      [],
    );
  });

  test('the keys it shows are nobody’s', () => {
    assert.doesNotMatch(
      execFileSync('cat', [join(ROOT, 'README.md')], { encoding: 'utf8' }),
      /nsec1[a-z0-9]{20}/,
    );
  });
});
