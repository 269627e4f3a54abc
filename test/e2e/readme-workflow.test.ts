// The workflow for CI in README: read as YAML, its steps run one after the other as a runner does it, and its report read
// as JUnit.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { parse as parseJunit } from 'junit2json';
import { parse as parseYaml } from 'yaml';
import { bash, newHome, README } from '../support/readme-world.ts';

interface Step {
  name?: string;
  run?: string;
  uses?: string;
  if?: string;
  with?: Record<string, string>;
}

const TEXT = /<!-- workflow -->\n```yaml\n([\s\S]*?)```/.exec(README)![1]!;
const STEPS: Step[] = parseYaml(TEXT).jobs.relay.steps;
const UPLOAD = STEPS.find(({ uses }) => uses?.startsWith('actions/upload-artifact'))!;

/** A whole run against hundreds of cases, beside others. */
const PATIENCE_MS = 90_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Runs the steps until one fails; `instead` replaces words of them. */
async function runSteps(t: TestContext, instead: Readonly<Record<string, string>> = {}) {
  const home = newHome();
  t.after(() => {
    const file = join(home, 'relay.pid');
    if (existsSync(file)) process.kill(Number(readFileSync(file, 'utf8')));
  });
  const words = [...Object.entries(instead), ['7447', String(await freePort())] as const];
  for (const { name, run } of STEPS) {
    if (run === undefined || name === 'Install nost') continue;
    const script = words.reduce((text, [word, other]) => text.replaceAll(word, other), run);
    const background = /&\s*$/.test(script) ? '\necho $! > relay.pid' : '';
    const { code, stderr } = await bash(
      `set -e\n${script}${background}`,
      home,
      {},
      { patience: PATIENCE_MS },
    );
    if (code !== 0) return { home, failed: name, code, stderr };
  }
  return { home, failed: undefined, code: 0, stderr: '' };
}

/** The report that the last step uploads. */
async function reportIn(home: string) {
  const [path] = UPLOAD.with!['path']!.split('\n').filter(each => each.endsWith('.xml'));
  const suites = await parseJunit(readFileSync(join(home, path!), 'utf8'));
  assert.ok(suites && 'testsuite' in suites);
  return suites;
}

describe('the workflow for CI', () => {
  test('passes with the relay it names, and keeps a report without failures', async t => {
    const { home, failed, stderr } = await runSteps(t);
    assert.equal(failed, undefined, stderr);
    const { tests, failures } = await reportIn(home);
    assert.ok(tests! > 100 && failures === 0, `${failures} of ${tests} failed`);
    assert.ok(existsSync(join(home, 'relay.log')));
  });

  test('fails in its test with another relay, and the report says at what', async t => {
    const broken = { '--store ./events': '--fault ignore-limit' };
    const { home, failed, code } = await runSteps(t, broken);
    assert.deepEqual([failed, code], ['Test it', 1]);
    assert.ok((await reportIn(home)).failures! > 0);
    assert.equal(UPLOAD.if, 'always()');
  });

  test('fails in its waiting when there is no relay', async t => {
    const absent = { 'nost serve --port 7447 --store ./events': 'sleep 60', '--timeout 1m': '--timeout 1s' };
    const { failed, code } = await runSteps(t, absent);
    assert.deepEqual([failed, code], ['Wait until it answers', 124]);
  });

  test('installs nost from where it was checked out', () => {
    const install = STEPS.find(({ name }) => name === 'Install nost')!;
    const path = /^npm install --global \.\/(\S+)$/.exec(install.run!)?.[1];
    assert.ok(STEPS.some(step => step.with?.['path'] === path && step.uses?.startsWith('actions/checkout')));
  });
});
