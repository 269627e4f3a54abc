// The topics of `nost help`: narrow enough for every terminal, and true to the source.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { describeAll } from '../../../../src/command-line.ts';
import { parseTemplate } from '../../../../src/output/template.ts';
import { kindClass } from '../../../../src/protocol/kind.ts';
import { KINDS } from '../../../../src/protocol/kind-names.ts';
import { columns, WIDTH, wrap } from '../../../../src/reference/topics/columns.ts';
import { VARIABLES } from '../../../../src/reference/topics/environment.ts';
import { kindsTopic } from '../../../../src/reference/topics/kinds.ts';
import { TOPICS } from '../../../../src/reference/topics/topics.ts';

const SRC = resolve(import.meta.dirname, '../../../../src');
const SOURCE = (readdirSync(SRC, { recursive: true }) as string[])
  .filter(name => name.endsWith('.ts') && !name.includes('topics'))
  .map(name => readFileSync(join(SRC, name), 'utf8'))
  .join('\n');
const LOADER = readFileSync(join(SRC, '../bin/load.js'), 'utf8');

describe('topics', async () => {
  const texts = await Promise.all(TOPICS.map(async ({ name, load }) => [name, await load()] as const));
  const flags = new Set(
    (await describeAll()).flatMap(command => command.flags.flatMap(({ names }) => names)),
  );

  for (const [name, text] of texts)
    test(`${name}: fits ${WIDTH} columns, and ends with one line end`, () => {
      assert.deepEqual(
        text.split('\n').filter(line => line.length > WIDTH),
        [],
      );
      assert.match(text, /[^\n]\n$/);
    });

  for (const [name, text] of texts)
    test(`${name}: every flag in it exists`, () => {
      const named = text.match(/(?<![\w-])--[a-z][a-z\d-]+/g) ?? [];
      assert.deepEqual(
        named.filter(flag => !flags.has(flag) && !['--version', '--help'].includes(flag)),
        [],
      );
    });

  test('scripting: names every ending of a relay, every status of an event, and only fields of templates that exist', () => {
    const page = texts.find(([name]) => name === 'scripting')![1];
    const members = (file: string, type: string) => {
      const [, union] = new RegExp(`export type ${type} =([^;]*);`).exec(
        readFileSync(join(SRC, file), 'utf8'),
      )!;
      return [...union!.matchAll(/'([a-z_]+)'/g)].map(([, member]) => member!);
    };
    const words = [
      ...members('relay/link/outcome.ts', 'End'),
      ...members('relay/link/outcome.ts', 'PublishStatus'),
    ];
    assert.ok(words.length > 18);
    assert.deepEqual(
      words.filter(word => !new RegExp(`\\b${word}\\b`).test(page)),
      [],
    );
    const fields = page.match(/%\{[^}]+\}/g)!;
    assert.ok(fields.length > 12);
    assert.doesNotThrow(() => parseTemplate(fields.join(' ')));
  });

  test('every variable is read by the program', () => {
    const unread = VARIABLES.filter(([name]) => !isRead(name));
    assert.deepEqual(unread, []);
  });

  test('every variable of ours that the program reads is told', () => {
    const told = new Set(VARIABLES.map(([name]) => name));
    const read = new Set(SOURCE.match(/NOST_[A-Z_]*[A-Z]/g));
    read.delete('NOST_PASSPHRASE'); // the beginning of three
    assert.deepEqual(
      [...read].filter(name => !told.has(name)),
      [],
    );
  });
});

/** Some names are put together from their beginning and their end. */
function isRead(name: string): boolean {
  const end = name.replace('NOST_PASSPHRASE', '');
  return SOURCE.includes(name) || LOADER.includes(name) || (end !== name && SOURCE.includes(`'${end}'`));
}

test('kinds: each row says number, name, class, whether the content is a text, and NIP; other names stand below', () => {
  const lines = kindsTopic().split('\n');
  for (const { kind, last, name, description, nip = '', aliases = [], text } of KINDS) {
    const number = last === undefined ? String(kind) : `${kind}-${last}`;
    const cells = [number.padEnd(11), name.padEnd(25), kindClass(kind).padEnd(11), text ? 'text' : ''];
    const at = lines.indexOf(`  ${[...cells.slice(0, 3), cells[3]!.padEnd(7), nip].join('  ')}`.trimEnd());
    assert.ok(at > 0, `${number} ${name}`);
    const next = lines.findIndex((line, i) => i > at && !line.startsWith(' '.repeat(15)));
    const below = lines.slice(at + 1, next).join(' ');
    assert.deepEqual(
      aliases.filter(alias => !new RegExp(`(?:also|,) +${alias}(?:,|$)`).test(below)),
      [],
    );
    if (name !== description.toLowerCase().replaceAll(' ', '-'))
      assert.ok(below.replaceAll(/ +/g, ' ').includes(description), below);
  }
});

describe('columns', () => {
  test('stand under each other; the last is wrapped, and its lines stand under the first', () => {
    const text = 'word '.repeat(30).trim();
    const lines = columns([
      ['a', 'bb', text],
      ['aaa', 'b', 'x'],
    ]).split('\n');
    assert.ok(lines.every(line => line.length <= WIDTH));
    assert.match(lines[0]!, /^ {2}a {4}bb {2}word/);
    assert.match(lines[1]!, /^ {11}word/);
    assert.equal(lines.at(-1), '  aaa  b   x');
  });

  test('a word that is too long stands alone', () => {
    assert.deepEqual(wrap('a bbbbbb c', 4), ['a', 'bbbbbb', 'c']);
  });
});
