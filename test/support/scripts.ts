// Runs scripts of test/scripts/*.txt, each once for every relay kind it names, with real processes on real sockets. Three
// test files share them: one that had them all would take too long on a slow machine. One script, wherever it is:
// node --import tsx --test --test-name-pattern=NAME.txt test/e2e/scripts-*.test.ts
// NOST_SCRIPT=name runs only the scripts whose name contains that; NOST_E2E_RELAY=ws://… runs those that are for
// any relay against that one too (it keeps what they publish).
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { A, B, C, type Person } from './people.ts';
import { startIndependent, startNost } from './relays.ts';
import { runScript } from './script.ts';
import type { World } from './script-run.ts';
import { parseScript } from './script-syntax.ts';

const folder = fileURLToPath(new URL('../scripts/', import.meta.url));
const wanted = process.env['NOST_SCRIPT'] ?? '';
const foreign = process.env['NOST_E2E_RELAY'];

const PEOPLE: Record<string, Person> = { A, B, C };

const world: World = {
  secretOf: name => {
    assert.ok(PEOPLE[name], `nobody is called ${name}`);
    return PEOPLE[name].secretHex;
  },
  startRelay: async (kind, options) => {
    if (kind === 'nost') return startNost(options);
    assert.deepEqual(options, {}, 'only our own relay has options');
    return kind === 'independent' ? startIndependent() : { url: foreign!, close: async () => {} };
  },
};

/** Those whose names begin with these letters, two at a time: half of the time one waits. */
export function describeScripts(letters: RegExp): void {
  const names = readdirSync(folder).filter(file => file.endsWith('.txt') && letters.test(file));
  describe('what a user types and sees', { concurrency: 2 }, () => {
    for (const name of names.filter(name => name.includes(wanted))) {
      const text = readFileSync(folder + name, 'utf8');
      const { relays } = parseScript(text);
      const kinds = foreign !== undefined && relays.length > 1 ? [...relays, 'foreign' as const] : relays;
      for (const kind of kinds) it(`${name}, relay: ${kind}`, () => runScript(name, text, kind, world));
    }
  });
}
