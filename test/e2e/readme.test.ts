// README is run: the first session, and every recipe, held to what it says.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { describeAll } from '../../src/command-line.ts';
import { RECIPES, TAGGED } from '../support/readme-recipes.ts';
import { attempt, bash, newHome, PATIENCE_MS, section, type Told } from '../support/readme-world.ts';

test('the first session works as it stands, on a machine without a keychain', async () => {
  const home = newHome();
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

/** The lines without one flag, with one number changed, with one relay less, or asking for the opposite. */
function variantsOf(lines: string, takesValue: (command: string, flag: string) => boolean): string[] {
  const variants = new Set<string>();
  for (const [command, name] of lines.matchAll(/nost ((?:(?:key|article) )?[a-z-]+)[^|<>\n]*/g)) {
    const put = (changed: string) => variants.add(lines.replace(command, changed));
    for (const [found, flag] of command.matchAll(/ (--?[a-z][a-z-]*)(?= |$)/g)) {
      const value = takesValue(name!, flag!)
        ? /^ (?:'[^']*'|"[^"]*"|\S+)/.exec(command.split(found)[1]!)![0]
        : '';
      put(command.replace(found + value, ''));
    }
    for (const [number] of command.matchAll(/ \d+(?= )/g))
      put(command.replace(number, ` ${Number(number) + 1}`));
    for (const [kind] of command.matchAll(/,\d+/g)) put(command.replace(kind, ''));
    const relays = command.match(/ wss:\S+/g) ?? [];
    if (relays.length > 1) for (const relay of relays) put(command.replace(relay, ''));
    for (const [field] of command.matchAll(/ ?%\{\w+\}/g)) put(command.replace(field, ''));
  }
  if (lines.includes(' | not')) variants.add(lines.replace(' | not', ''));
  return [...variants];
}

describe('the test of a client against a relay with faults', () => {
  const script = section('faults');

  function outcome(text: string): Promise<Told> {
    const home = newHome();
    writeFileSync(join(home, 'events.jsonl'), TAGGED.map(event => `${JSON.stringify(event)}\n`).join(''));
    return bash(text, home, {}, { patience: 180_000 });
  }

  test('succeeds as it stands', async () => {
    const { code, stdout, stderr } = await outcome(script);
    assert.deepEqual([code, stdout], [0, ''], stderr);
  });

  test('fails for a client that ends otherwise, or takes what is forged', async () => {
    const only = script.replace(/^expect (?!0|124).*\n/gm, '');
    const patient = await outcome(only.replace('expect 124', 'expect 0'));
    assert.equal(patient.code, 1);
    assert.equal(patient.stdout, '--fault no-eose: it ended with 124, not 0\n');
    const credulous = await outcome(only.replace('nost req', 'nost req --no-verify'));
    assert.equal(credulous.code, 1);
    assert.match(credulous.stdout, /^--fault bad-sig=0\.5 .*: it took a forged event$/m);
  });
});

test('an admin manages a relay by curl as written, and nobody else does', async () => {
  const home = newHome();
  const script = section('admin').replace('http://127.0.0.1:7447/', '"$(sed s/ws:/http:/ relay.url)/"');
  const { code, stdout, stderr } = await bash(
    `umask 077
printf %064d 1 > key.txt; admin=79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798
nost serve --port 0 --admin $admin > relay.url & until [ -s relay.url ]; do sleep 0.1; done
${script}
echo; printf %064d 2 > key.txt
${script.slice(script.indexOf('\nmanage '))}
kill $!; wait`,
    home,
  );
  assert.equal(code, 0, stderr);
  const [allowed = '', refused = ''] = stdout.trim().split(/\n+/);
  assert.ok(JSON.parse(allowed).result.includes('banpubkey'), allowed);
  assert.match(JSON.parse(refused).error, /^restricted: /);
});

/** With NOST_SOAK set each word of each recipe is tried; else each third one. */
const thorough = process.env['NOST_SOAK'] !== undefined;
const SHARE = 3;

describe('recipes', async () => {
  const recipes = section('recipes')
    .trim()
    .split('\n\n')
    .map(text => text.split('\n') as [about: string, ...lines: string[]])
    .map(([about, ...lines]) => ({ about: about.slice(2), lines: lines.join('\n') }));
  const commands = await describeAll();
  const takesValue = (command: string, flag: string) =>
    commands
      .find(({ name }) => name === command)!
      .flags.some(({ names, value }) => names.includes(flag) && value !== undefined);

  test('are those that are tried here', () => {
    assert.deepEqual(
      recipes.map(({ about }) => about),
      Object.keys(RECIPES),
    );
  });

  for (const [index, { about, lines }] of recipes.entries()) {
    const trials = RECIPES[about] ?? [];
    test(about, async () => {
      for (const trial of trials) await attempt(lines, trial, PATIENCE_MS);
    });

    // What the test above would not see, README could say wrong.
    test(`each word counts: ${about}`, async () => {
      const unseen = [];
      for (const [at, variant] of variantsOf(lines, takesValue).entries()) {
        if (!thorough && at % SHARE !== index % SHARE) continue;
        const isSeen = await trials.reduce(
          async (seen, trial) =>
            (await seen) ||
            attempt(variant, trial, 2500).then(
              () => false,
              () => true,
            ),
          Promise.resolve(false),
        );
        if (!isSeen) unseen.push(variant);
      }
      assert.deepEqual(unseen, []);
    });
  }
});
