// `nost` as somebody would have installed it: the built program, and beside it a keytar of the test's choice. Those of a
// test file with the same keytar share its folder. Each has its own home, and a word in its environment by which every
// process it starts is known.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FAKE_KEYTAR = join(ROOT, 'test/support/fake-keytar.js');

/**
 * The keychain library beside the program: the real one; one that does what KEYTAR_FAKE says (fake-keytar.js); the
 * real one with a libsecret that does not exist; none at all.
 */
export type Keytar = 'real' | 'fake' | 'without libsecret' | 'none';

export interface Ended {
  /** The exit code, or null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
  ms: number;
}

export interface RunOptions {
  env?: Readonly<Record<string, string | undefined>>;
  input?: string;
  /** A shell command around it: `"$@"` is the program. */
  shell?: string;
}

export class Installation {
  readonly home: string;
  /** In the environment of everything that was started here. */
  readonly mark = `mark-${randomBytes(8).toString('hex')}`;
  readonly program: string;
  readonly #folder: string;

  constructor(keytar: Keytar) {
    this.home = mkdtempSync(join(tmpdir(), 'nost-home-'));
    this.#folder = packageWith(keytar);
    this.program = join(this.#folder, 'bin/nost.js');
  }

  get env(): Record<string, string> {
    return {
      PATH: process.env['PATH']!,
      HOME: this.home,
      XDG_CONFIG_HOME: join(this.home, 'config'),
      XDG_DATA_HOME: join(this.home, 'data'),
      XDG_CACHE_HOME: join(this.#folder, 'cache'), // the start cache, of this copy of the program alone
      MARK: this.mark,
      NOST_NO_INPUT: '1',
    };
  }

  /** Runs one command to its end. */
  run(args: readonly string[], { env = {}, input, shell }: RunOptions = {}): Promise<Ended> {
    const words = [process.execPath, this.program, ...args];
    const [program, ...rest] = shell === undefined ? words : ['/bin/sh', '-c', shell, 'sh', ...words];
    const started = performance.now();
    const child = spawn(program!, rest, {
      cwd: this.home,
      env: { ...this.env, ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    child.stdin?.on('error', () => {}).end(input);
    let [stdout, stderr] = ['', ''];
    child.stdout!.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    child.stderr!.setEncoding('utf8').on('data', text => {
      stderr += text;
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', code => resolve({ code, stdout, stderr, ms: performance.now() - started }));
    });
  }

  /** What it left running, as command lines. */
  get processes(): string[] {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .filter(pid => read(`/proc/${pid}/environ`).includes(this.mark))
      .map(pid => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '));
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** A process may be gone by now. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

const packages = new Map<Keytar, string>();
after(() => {
  for (const folder of packages.values()) rmSync(folder, { recursive: true, force: true });
});

/** The folder of the program beside that keytar. */
function packageWith(keytar: Keytar): string {
  const made = packages.get(keytar);
  if (made !== undefined) return made;
  const folder = mkdtempSync(join(tmpdir(), 'nost-lib-'));
  packages.set(keytar, folder);
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  installKeytar(keytar, join(folder, 'node_modules'));
  return folder;
}

function installKeytar(keytar: Keytar, modules: string): void {
  mkdirSync(modules);
  const folder = join(modules, 'keytar');
  if (keytar === 'none') return;
  if (keytar === 'real') return symlinkSync(join(ROOT, 'node_modules/keytar'), folder);
  if (keytar === 'fake') {
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"name":"keytar","type":"module","exports":"./index.js"}');
    return cpSync(FAKE_KEYTAR, join(folder, 'index.js'));
  }
  cpSync(join(ROOT, 'node_modules/keytar'), folder, { recursive: true, dereference: true });
  const addon = join(folder, 'prebuilds', `${process.platform}-${process.arch}`, 'keytar.node');
  mkdirSync(dirname(addon), { recursive: true });
  // A name of the same length that no system has: the loader fails as it does without libsecret.
  const bytes = readFileSync(addon, 'latin1').replaceAll('libsecret-1.so.0', 'libsecret-1.so.X');
  writeFileSync(addon, bytes, 'latin1');
}
