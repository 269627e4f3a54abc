// What other programs import: packed, installed in an empty folder, type-checked and run; and bundled for a browser.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');
const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, string | Record<string, Record<string, string>>>;
};
const PREFIX = './protocol/';
const MODULES = Object.keys(exports)
  .filter(path => path.startsWith(PREFIX))
  .map(path => path.slice(PREFIX.length));

/** What the exported modules are made of, and what only serves the program's streams of events. */
const INSIDE = [
  'bolt11-address',
  'bolt11-signature',
  'connection-uri',
  'crypto',
  'frame-parts',
  'host-name',
  'json-members',
  'kind-names',
  'known-secrets',
  'mistyped',
  'id-table',
  'nearest',
  'negentropy-between',
  'negentropy-frame',
  'negentropy-ids',
  'negentropy-items',
  'negentropy-message',
  'negentropy-reply',
  'parsed-event',
  'plain-bech32',
  'portable-crypto',
  'profile-fields',
  'quote',
  'rate',
  'recording',
  'stream-event',
];

/** The folders of what the program needs, with what that needs. */
const DEPENDENCIES = Object.entries(
  (
    JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: true; optional?: true; devOptional?: true }>;
    }
  ).packages,
).flatMap(([path, { dev, optional, devOptional }]) =>
  path === '' || dev || optional || devOptional ? [] : [path],
);

const EXAMPLE = /<!-- library -->\n```ts\n([\s\S]*?)```/.exec(
  readFileSync(join(ROOT, 'README.md'), 'utf8'),
)![1]!;
const EXPECTED = 'true\nid must be 64 lower-case hex digits, not 7\n';

/** The example of NIP-49. */
const NCRYPTSEC =
  'ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt0h4p';

/** One call of each module: what it comes to. */
const CALLS: Record<string, [call: string, result: unknown]> = {
  bolt11: ["isInvoice('LNBC1…')", true],
  event: ['isKind(1)', true],
  filter: ['compileFilter({ kinds: [1] })({ kind: 1, tags: [] })', true],
  hex: ["isHex('00ff', 4)", true],
  keys: ["publicKeyOf(hexToBytes('01'.padStart(64, '0'))).slice(0, 8)", '79be667e'],
  kind: ["parseKinds('note')[0]", 1],
  lnurl: ["addressUrl('Bob@Example.com')", 'https://example.com/.well-known/lnurlp/bob'],
  message: ['parseRelayMessage(\'["NOTICE","hi"]\').message', 'hi'],
  nip04: ["decryptLegacy(encryptLegacy('hi', KEY, PUBKEY), KEY, PUBKEY)", 'hi'],
  nip05: ["parseNip05('Bob@Example.com').local", 'bob'],
  nip06: ["parseMnemonic(' zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo Wrong').slice(-5)", 'wrong'],
  nip09: ["mayDelete('ab', { pubkey: 'ab', kind: 1, tags: [] })", true],
  nip11: ["JSON.stringify(parseRelayInformation({ name: 'x' }))", '{"name":"x"}'],
  nip13: ["difficultyOf('00ff')", 8],
  nip17: ["messageTags({ to: ['ab'] })[0][1]", 'ab'],
  nip19: ["encodeEntity({ type: 'note', id: '00'.repeat(32) }).slice(0, 5)", 'note1'],
  nip21: ["isNostrUri('nostr:npub1')", true],
  nip23: ["splitMarkdown(formatMarkdown({ d: 'x', topics: [], text: 'hi' })).text", 'hi'],
  nip24: [`profileText(parseProfile('{"name":"bob"}'), 'name')`, 'bob'],
  nip26: ["meetsConditions({ kind: 1, created_at: 5 }, 'kind=1')", true],
  nip37: ['parseDraftContent(\'{"kind":1,"content":"hi"}\').content', 'hi'],
  nip40: ["isExpired({ tags: [['expiration', '100']] }, 100)", true],
  nip42: ["authTemplate('abc', 'wss://x.com', 7).kind", 22242],
  nip44: ["decryptPayload(encryptPayload('hi', new Uint8Array(32)), new Uint8Array(32))", 'hi'],
  nip45: ["hllOffset('nostr')", 12],
  nip46: ["parseBunkerUri('bunker://' + PUBKEY + '?relay=wss://x.com').relays[0]", 'wss://x.com'],
  nip47: [
    "parseWalletUri('nostr+walletconnect:' + PUBKEY + '?relay=wss://x.com&secret=' + PUBKEY).pubkey === PUBKEY",
    true,
  ],
  nip49: ["decryptKey(NCRYPTSEC, 'nostr').then(key => key.length)", 32],
  nip50: ["compileSearch('HI')('hi there')", true],
  nip51: ["itemKey(['t', 'Bread']) === itemKey(['t', 'bread'])", true],
  nip65: ["relayListOf({ tags: [['r', 'wss://x.com']] }).write[0]", 'wss://x.com'],
  nip57: ['zapRequestFault({ kind: 1 })', 'request_kind'],
  nip59: ['keyHolder(KEY).publicKey === PUBKEY', true],
  nip62: ["asksToVanish({ tags: [['relay', 'ALL_RELAYS']] }, [])", true],
  nip70: ["isProtected({ tags: [['-']] })", true],
  nip77: ["answerNegentropy(new NegentropyItems().seal(), hexToBytes('62'))[0]", 0x61],
  nip86: ["canonicalIp('::ffff:1.2.3.4')", '1.2.3.4'],
  nip98: ["httpAuthTemplate({ method: 'get', url: 'https://x.com/' }, 7).tags[1][1]", 'GET'],
  'relay-url': ["normalizeRelayUrl('relay.example')", 'wss://relay.example'],
  signature: ["checkEvent(signEvent({ kind: 1, content: 'hi', tags: [], created_at: 1 }, KEY))", undefined],
  time: ["parseDuration('2s')", 2000],
  'web-link': ["isWebLink('njump.me/npub1')", true],
  'zap-payment': ["zapShares({ pubkey: 'aa', tags: [] }, 21)[0].amountMsat", 21],
};

test('a module of protocol is exported, or kept inside on purpose', () => {
  const all = readdirSync(join(ROOT, 'src/protocol')).filter(file => file.endsWith('.ts'));
  assert.deepEqual([...MODULES, ...INSIDE].sort(), all.map(file => file.replace(/\.ts$/, '')).sort());
});

test('each export leads to the files of its module, for both kinds of importers', () => {
  for (const name of MODULES) {
    const file = `./dist/protocol/${name}`;
    assert.deepEqual(exports[PREFIX + name], {
      import: { types: `${file}.d.ts`, default: `${file}.js` },
      require: { types: `${file}.d.cts`, default: `${file}.cjs` },
    });
  }
});

test('each exported module is called below', () => {
  assert.deepEqual(Object.keys(CALLS).sort(), [...MODULES].sort());
});

describe('installed in an empty folder', () => {
  let folder = '';
  let packed: string[] = [];
  const run = (program: string, words: readonly string[]) =>
    execFileSync(program, words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const node = (...words: string[]) => run(process.execPath, words);
  const check = (module: string, ...files: string[]) =>
    node(
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      ...['--strict', '--module', module, '--target', 'es2023', '--noEmit', ...files],
    );
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

  // Without the network, and without what npm has kept: the dependencies are packed from where they are installed.
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'nost-library-'));
    const packages = [ROOT, ...DEPENDENCIES.map(path => join(ROOT, path))];
    const [nost, ...others] = JSON.parse(
      run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder, ...packages]),
    ) as { filename: string; files: { path: string }[] }[];
    packed = nost!.files.map(({ path }) => `./${path}`);
    write('package.json', '{"name":"user","type":"module"}');
    const archives = [nost!, ...others].map(({ filename }) => `./${filename}`);
    const offline = ['--offline', '--cache', join(folder, 'cache'), '--no-audit', '--no-fund'];
    run('npm', ['install', ...archives, '--ignore-scripts', '--omit=optional', ...offline]);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test('the package holds every file that it exports', () => {
    const targets = Object.values(exports).flatMap(filesOf);
    assert.deepEqual(
      targets.filter(file => !packed.includes(file)),
      [],
    );
  });

  test('the example of README type-checks and runs as an ES module', () => {
    write('example.ts', EXAMPLE);
    check('nodenext', 'example.ts');
    write('example.mjs', withoutTypes(EXAMPLE));
    assert.equal(node('example.mjs'), EXPECTED);
  });

  test('and as CommonJS', () => {
    write('example.cts', EXAMPLE);
    check('nodenext', 'example.cts');
    write('example.cjs', required(withoutTypes(EXAMPLE)));
    assert.equal(node('--no-warnings', 'example.cjs'), EXPECTED);
  });

  test('every module has types that need no others, and is loaded, by importers of either kind', () => {
    const imports = MODULES.map(
      (name, i) =>
        `import * as m${i} from 'nost/protocol/${name}';\nconsole.log(Object.keys(m${i}).length > 0);\n`,
    ).join('');
    for (const file of ['all.ts', 'all.cts', 'all.mjs']) write(file, imports);
    write('all.cjs', required(imports));
    for (const module of ['nodenext', 'node16']) check(module, 'all.ts', 'all.cts');
    const loaded = 'true\n'.repeat(MODULES.length);
    assert.equal(node('all.mjs'), loaded);
    assert.equal(node('--no-warnings', 'all.cjs'), loaded);
  });

  describe('and bundled for a browser', () => {
    for (const name of MODULES)
      test(name, async () => {
        const [call, expected] = CALLS[name]!;
        const { outputFiles } = await build({
          stdin: { contents: callOf(name, call), resolveDir: folder },
          bundle: true,
          write: false,
          platform: 'browser',
          format: 'iife',
          logLevel: 'error',
        });
        const world = createContext({ ...OF_BROWSERS });
        runInContext(outputFiles[0]!.text, world);
        assert.deepEqual(await world['result'], expected);
        assert.equal(runInContext('typeof process + typeof Buffer + typeof require', world), NOTHING_OF_NODE);
      });
  });
});

/** What the modules use of what every browser has: `URL` in relay-url, `setTimeout` in the scrypt of nip49. */
const OF_BROWSERS = {
  TextEncoder,
  TextDecoder,
  crypto: globalThis.crypto,
  URL,
  URLSearchParams,
  setTimeout,
};
const NOTHING_OF_NODE = 'undefined'.repeat(3);

/** A program that leaves what the call comes to in `result`. */
function callOf(name: string, call: string): string {
  return `import * as module from 'nost/protocol/${name}';
    import { hexToBytes } from 'nost/protocol/hex';
    const KEY = hexToBytes('01'.padStart(64, '0'));
    const PUBKEY = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
    const scope = { hexToBytes, KEY, PUBKEY, NCRYPTSEC: '${NCRYPTSEC}', ...module };
    globalThis.result = new Function(...Object.keys(scope), ${JSON.stringify(`return ${call}`)})(...Object.values(scope));`;
}

/** The paths in an entry of `exports`. */
function filesOf(entry: string | Record<string, Record<string, string>>): string[] {
  return typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(files => Object.values(files));
}

/** The imports of an example as calls of `require`. */
function required(source: string): string {
  return source
    .replaceAll(/import \* as (\w+) from ('.*?');/g, 'const $1 = require($2);')
    .replaceAll(/import (\{.*?\}) from ('.*?');/g, 'const $1 = require($2);');
}

/** The example as JavaScript. */
function withoutTypes(source: string): string {
  return source.replace(': string =', ' =').replace('(error as Error)', 'error');
}
