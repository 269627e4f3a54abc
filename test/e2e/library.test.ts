// What other programs import: packed, installed in an empty folder, type-checked and run; and bundled for a browser.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');
const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, string | Record<string, Record<string, string>>>;
};
const MODULES = Object.keys(exports).filter(path => path.startsWith('./protocol/'));

const EXAMPLE = /<!-- library -->\n```ts\n([\s\S]*?)```/.exec(
  readFileSync(join(ROOT, 'README.md'), 'utf8'),
)![1]!;
const EXPECTED = 'true\nid must be 64 lower-case hex digits, not 7\n';

/** One call of each module: what it comes to. */
const CALLS: Record<string, [call: string, result: unknown]> = {
  event: ['isKind(1)', true],
  filter: ['compileFilter({ kinds: [1] })({ kind: 1, tags: [] })', true],
  hex: ["isHex('00ff', 4)", true],
  keys: ["publicKeyOf(hexToBytes('01'.padStart(64, '0'))).slice(0, 8)", '79be667e'],
  kind: ["parseKinds('note')[0]", 1],
  message: ['parseRelayMessage(\'["NOTICE","hi"]\').message', 'hi'],
  nip04: ["decryptLegacy(encryptLegacy('hi', KEY, PUBKEY), KEY, PUBKEY)", 'hi'],
  nip06: ["parseMnemonic(' zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo Wrong').slice(-5)", 'wrong'],
  nip11: ["JSON.stringify(parseRelayInformation({ name: 'x' }))", '{"name":"x"}'],
  nip13: ["difficultyOf('00ff')", 8],
  nip19: ["encodeEntity({ type: 'note', id: '00'.repeat(32) }).slice(0, 5)", 'note1'],
  nip21: ["isNostrUri('nostr:npub1')", true],
  nip40: ["isExpired({ tags: [['expiration', '100']] }, 100)", true],
  nip42: ["authTemplate('abc', 'wss://x.com', 7).kind", 22242],
  nip44: ["decryptPayload(encryptPayload('hi', new Uint8Array(32)), new Uint8Array(32))", 'hi'],
  nip45: ["hllOffset('nostr')", 12],
  nip49: [
    "(() => { try { readEncryptedKeyHeader('x'); } catch (error) { return error.name; } })()",
    'InvalidEncryptedKey',
  ],
  nip70: ["isProtected({ tags: [['-']] })", true],
  'relay-url': ["normalizeRelayUrl('relay.example')", 'wss://relay.example'],
  signature: ["checkEvent(signEvent({ kind: 1, content: 'hi', tags: [], created_at: 1 }, KEY))", undefined],
  time: ["parseDuration('2s')", 2000],
};

const name = (path: string) => path.slice('./protocol/'.length);

test('every exported module is there, for both kinds of importers, with types, and is called below', () => {
  for (const path of MODULES) {
    const { import: esm, require: cjs } = exports[path] as Record<string, Record<string, string>>;
    for (const file of [...Object.values(esm!), ...Object.values(cjs!)])
      assert.ok(existsSync(join(ROOT, file)), file);
  }
  assert.deepEqual(Object.keys(CALLS).sort(), MODULES.map(name).sort());
});

describe('bundled for a browser', () => {
  for (const path of MODULES)
    test(name(path), async () => {
      const [call, expected] = CALLS[name(path)]!;
      const { outputFiles } = await build({
        stdin: {
          contents: `import * as module from './dist/protocol/${name(path)}.js';
            import { hexToBytes } from './dist/protocol/hex.js';
            const KEY = hexToBytes('01'.padStart(64, '0'));
            const PUBKEY = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
            globalThis.result = (scope => new Function('module', ...Object.keys(scope), ${JSON.stringify(`return ${call}`)})(
              module, ...Object.values(scope)))({ hexToBytes, KEY, PUBKEY, ...module });`,
          resolveDir: ROOT,
        },
        bundle: true,
        write: false,
        platform: 'browser',
        format: 'iife',
        logLevel: 'error',
      });
      const world = createContext({ TextEncoder, TextDecoder, crypto: globalThis.crypto, URL });
      runInContext(outputFiles[0]!.text, world);
      assert.deepEqual(world['result'], expected);
    });
});

describe('installed in an empty folder', () => {
  let folder = '';
  const run = (words: string[]) =>
    execFileSync(process.execPath, words, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const check = (file: string) =>
    run([
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      ...['--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--noEmit', file],
    ]);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'nost-library-'));
    const npm = (words: string[], cwd: string) =>
      execFileSync('npm', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    const [{ filename }] = JSON.parse(
      npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], ROOT),
    );
    writeFileSync(join(folder, 'package.json'), '{"name":"user","type":"module"}');
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    npm(['install', `./${filename}`, '--ignore-scripts', '--omit=optional', ...quiet], folder);
    mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test('the example of README type-checks and runs as an ES module', () => {
    writeFileSync(join(folder, 'example.ts'), EXAMPLE);
    check('example.ts');
    writeFileSync(join(folder, 'example.mjs'), withoutTypes(EXAMPLE));
    assert.equal(run(['example.mjs']), EXPECTED);
  });

  test('and as CommonJS', () => {
    writeFileSync(join(folder, 'example.cts'), EXAMPLE);
    check('example.cts');
    const required = withoutTypes(EXAMPLE).replaceAll(
      /import (\{.*?\}) from ('.*?');/g,
      'const $1 = require($2);',
    );
    writeFileSync(join(folder, 'example.cjs'), required);
    assert.equal(run(['--no-warnings', 'example.cjs']), EXPECTED);
  });
});

/** The example as JavaScript. */
function withoutTypes(source: string): string {
  return source.replace(': string =', ' =').replace('(error as Error)', 'error');
}
