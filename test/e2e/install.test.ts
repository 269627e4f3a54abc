// `git clone`, then `npm install --global .`: the command builds itself, at the latest at its first start. The npm of the
// clone is a stand-in that takes the installed packages from here, so that nothing asks a registry.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../..');
const NPM = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
const base = mkdtempSync(join(tmpdir(), 'nost-install-'));
after(() => rmSync(base, { recursive: true, force: true }));

/** What git would give, in a folder of its own that others may enter. */
function clone(name: string): string {
  const folder = join(base, name);
  chmodSync(base, 0o755);
  for (const part of [
    '.config',
    '.npmrc',
    'bin',
    'src',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true, preserveTimestamps: true });
  return folder;
}

const bin = join(base, 'bin');
mkdirSync(bin);
const asked = join(base, 'asked');
writeFileSync(
  join(bin, 'npm'),
  `#!/bin/sh\necho "<$npm_config_global> $*" >> ${asked}\nln -sfn ${ROOT}/node_modules node_modules\n`,
  { mode: 0o755 },
);
/** As in a user's shell: `npm test` sets how npm itself works. */
const own = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
const env = {
  ...Object.fromEntries(own),
  PATH: bin + delimiter + process.env['PATH'],
  HOME: join(base, 'home'),
};

interface Told {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(program: string, args: string[], options: { cwd?: string; uid?: number } = {}): Promise<Told> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const told: Told = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', chunk => {
    told.stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    told.stderr += chunk;
  });
  return new Promise(resolve => child.on('close', code => resolve({ ...told, code })));
}

const start = (folder: string, options = {}) =>
  run(process.execPath, [join(folder, 'bin/nost.js'), '--version'], options);
const VERSION = /^\d+\.\d+\.\d+\n$/;

describe('a fresh clone', { concurrency: false }, () => {
  for (const flag of ['--foreground-scripts', '--ignore-scripts'])
    test(`npm install --global . ${flag} puts a command on the PATH that works`, async () => {
      const folder = clone(flag);
      const prefix = join(base, `prefix${flag}`);
      const args = ['install', '--global', '--offline', '--prefix', prefix, flag, '.'];
      const installed = await run(NPM, args, { cwd: folder });
      assert.equal(installed.code, 0, installed.stderr);
      assert.equal(existsSync(join(folder, 'dist/main.cjs')), flag === '--foreground-scripts');
      const first = await run(join(prefix, 'bin/nost'), ['--version']);
      assert.match(first.stdout, VERSION, first.stderr);
      assert.match(
        first.stderr,
        flag === '--ignore-scripts' ? /^nost: this is the first start: .*\n$/ : /^$/,
      );
      const second = await run(join(prefix, 'bin/nost'), ['--version']);
      assert.equal(second.stderr, '');
    });

  test('what npm installs for the clone is never global', () => {
    const lines = readFileSync(asked, 'utf8').trim().split('\n');
    assert.equal(lines.length, 2);
    for (const line of lines) assert.match(line, /^<> ci --include=dev --ignore-scripts /);
  });

  test('npm run build works', async () => {
    const folder = clone('build');
    const { code, stderr } = await run(NPM, ['run', 'build'], { cwd: folder });
    assert.equal(code, 0, stderr);
    assert.match((await start(folder)).stdout, VERSION);
  });

  test('of several first starts one builds, and the others wait for it', async () => {
    const folder = clone('several');
    writeFileSync(join(folder, '.building'), '999999999'); // left by one that was killed
    const told = await Promise.all([start(folder), start(folder), start(folder)]);
    for (const { code, stdout } of told) assert.match(`${code} ${stdout}`, /^0 \d/);
    assert.equal(told.filter(({ stderr }) => stderr.includes('first start')).length, 1);
    assert.ok(!existsSync(join(folder, '.building')));
  });

  test('a build that fails is told without a stack, with the line to type', async () => {
    const folder = clone('broken');
    writeFileSync(join(folder, 'src/main.ts'), 'import {');
    const { code, stderr } = await start(folder);
    assert.equal(code, 7);
    assert.match(stderr, /nost: building failed:[\s\S]*Run as its owner: cd \S+broken && npm run build\n$/);
    assert.doesNotMatch(stderr, /^ +at /m);
  });

  test('a folder that may not be written is told, with the line to type', async () => {
    const folder = clone('forbidden');
    chmodSync(folder, 0o555);
    const nobody = process.getuid?.() === 0 ? { uid: 65534 } : {};
    const { code, stderr } = await start(folder, nobody);
    chmodSync(folder, 0o755);
    assert.equal(code, 7);
    assert.equal(
      stderr,
      `nost: nost is not built yet, and you may not write to ${folder}\n  Run as its owner: cd ${folder} && npm run build\n`,
    );
  });

  test('a package without a program, and without what builds it, is told', async () => {
    const folder = clone('package');
    for (const name of ['.config', 'src']) rmSync(join(folder, name), { recursive: true });
    const { code, stderr } = await start(folder);
    assert.equal(code, 7);
    assert.match(
      stderr,
      /^nost: this installation is not whole: \S+main\.cjs is missing\n {2}Install nost again\.\n$/,
    );
  });
});
