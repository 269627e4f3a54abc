// `nost help errors` says with which exit codes a failure code may come: compared with the constructors in the source and,
// where the kind is only known at run time, with real runs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exitCodeOf } from '../../src/exit-codes.ts';
import { FAILURE_CODES, type FailureKind, kindsOf } from '../../src/failure-codes.ts';
import { errorsTopic } from '../../src/reference/topics/errors.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src');

/** Exit codes by failure code, as the help shows them. */
const TOLD = new Map(
  [...errorsTopic().matchAll(/^ {2} *([\d,]+) +([a-z_]+) +\S/gm)].map(
    ([, exits, code]) => [code!, exits!.split(',').map(Number)] as const,
  ),
);

test('the help lists every code', () => {
  assert.deepEqual(
    [...TOLD.keys()],
    FAILURE_CODES.map(({ code }) => code),
  );
  assert.deepEqual(TOLD.get('no_document'), [1, 5, 124]);
  assert.deepEqual(TOLD.get('bad_value'), [2, 6]);
});

const CLASSES: Record<string, FailureKind> = { UsageError: 'usage', SignerError: 'signer', IoError: 'io' };

test('a code comes with every exit code that it is listed with', () => {
  const source = (readdirSync(SRC, { recursive: true }) as string[])
    .filter(name => name.endsWith('.ts'))
    .map(name => readFileSync(join(SRC, name), 'utf8'))
    .join('\n');
  // What one constructor is given: up to the next one.
  const made = [
    ...source.matchAll(/new (\w*Error|Failure)\((?:\s*'(\w+)')?((?:(?!new \w+\()[\s\S]){0,500})/g),
  ];
  const pairs = new Set(
    made.flatMap(([, name, kind, rest]) => {
      const code = /\bcode(?:: |\s*=\s*)'(\w+)'/.exec(rest!)?.[1];
      return [`${code} ${name === 'Failure' ? kind : CLASSES[name!]}`];
    }),
  );
  const second = FAILURE_CODES.flatMap(row =>
    'also' in row ? row.also.map(kind => `${row.code} ${kind}`) : [],
  );
  const dynamic = ['lint', 'lnurl', 'no_document', 'no_such_name', 'unhealthy', 'unverified'];
  assert.deepEqual(
    second.filter(pair => !pairs.has(pair) && !dynamic.includes(pair.split(' ')[0]!)),
    [],
  );
});

describe('in real runs', () => {
  const handlers: Record<string, RequestListener> = {
    refuses: (_, response) => response.writeHead(404).end(),
    isSilent: () => {},
    hasFaults: (_, response) => response.end('{"name":7}'),
    isFine: (_, response) => response.end('{"name":"x"}'),
  };
  const folder = mkdtempSync(join(tmpdir(), 'nost-codes-'));
  const urls: Record<string, string> = { isDead: 'ws://127.0.0.1:1', isMissing: join(folder, 'missing') };
  const servers = Object.entries(handlers).map(([name, handler]) => ({
    name,
    server: createServer(handler),
  }));
  before(async () => {
    for (const { name, server } of servers) {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      urls[name] = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }
  });
  after(() => {
    rmSync(folder, { recursive: true });
    for (const { server } of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function run(line: string, env: Record<string, string> = {}) {
    const words = line.split(' ').map(word => urls[word] ?? word);
    const child = spawn(process.execPath, [join(ROOT, 'bin/nost.js'), ...words, '--log-format', 'json'], {
      env: { ...process.env, NOST_NO_INPUT: '1', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 120_000,
    });
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr += chunk;
    });
    const [exit] = await once(child, 'close');
    const errors = stderr.split('\n').filter(text => text.startsWith('{"type":"error"'));
    assert.equal(errors.length, 1, stderr);
    return { exit, code: JSON.parse(errors[0]!).code as string };
  }

  for (const [line, code, exit, env] of [
    ['relay-info refuses', 'no_document', 1],
    ['relay-info isDead', 'no_document', 5],
    ['relay-info isSilent --relay-timeout 200ms', 'no_document', 124],
    ['relay-info --lint hasFaults', 'lint', 1],
    ['relay-info --lint isDead', 'lint', 5],
    ['relay-info --lint isSilent --relay-timeout 200ms', 'lint', 124],
    ['relay-info --lint isDead hasFaults', 'lint', 1],
    ['relay-check isDead', 'unhealthy', 5],
    ['req isDead', 'unreachable', 5],
    ['req refuses', 'unreachable', 5],
    ['req isSilent --connect-timeout 200ms', 'unreachable', 5],
    ['req -l x isDead', 'bad_value', 2],
    ['publish -m a --dry-run --sec-file isMissing', 'key_file_missing', 6],
    ['keygen --name me --store file', 'bad_value', 6, { NOST_PASSPHRASE_FD: 'x' }],
    ['nothing', 'unknown_command', 2],
    ['verify isMissing', 'io', 7],
  ] as [string, string, number, Record<string, string>?][])
    test(`${line} ends with ${code} and ${exit}`, async () => {
      assert.deepEqual(await run(line, env), { exit, code });
      assert.ok(TOLD.get(code)!.includes(exit), `${code}: ${TOLD.get(code)}`);
    });

  test('the kinds that only a run knows are all tried here', () => {
    for (const code of ['lint', 'no_document'] as const) {
      const row = FAILURE_CODES.find(row => row.code === code)!;
      assert.deepEqual(
        kindsOf(row)
          .map(exitCodeOf)
          .sort((a, b) => a - b),
        [1, 5, 124],
      );
    }
  });
});
