// What README names exists: commands, flags, files, identifiers, topics, scripts.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { describeAll } from '../../src/command-line.ts';
import { TOPICS } from '../../src/reference/topics/topics.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

describe('what README names', async () => {
  const commands = await describeAll();
  const names = new Set(commands.map(({ name }) => name));
  const code = [...README.matchAll(/`([^`\n]+)`|```\w+\n([\s\S]*?)```/g)].map(match => match[1] ?? match[2]!);

  test('commands exist', () => {
    const used = code.flatMap(text => [
      ...text.matchAll(/(?:^|[|(!\s])nost ([a-z][a-z0-9-]*)(?: ([a-z-]+))?/g),
    ]);
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

  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(name =>
    /\.ts$/.test(name),
  );
  const source = files.map(name => readFileSync(join(ROOT, 'src', name), 'utf8')).join('\n');
  const spans = [...README.matchAll(/`([^`\n]+)`/g)].map(match => match[1]!);

  test('files without a folder exist somewhere in src', () => {
    const named = spans.filter(text => /^[\w-]+\.ts$/.test(text));
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter(name => !files.some(file => file === name || file.endsWith(`/${name}`))),
      [],
    );
  });

  test('flags in the text exist on some command', () => {
    const known = new Set(commands.flatMap(({ flags }) => flags.flatMap(({ names }) => names)));
    const named = spans.flatMap(text => text.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? []);
    const elsewhere = ['--global', '--check', '--version', '--sec', '--paginate', '--bare', '--json'];
    assert.deepEqual(
      named.filter(flag => !known.has(flag) && !elsewhere.includes(flag)),
      [],
    );
  });

  test('variables and identifiers of the code exist in it', () => {
    const named = spans.filter(text =>
      /^(?:NOST_[A-Z_]+|[a-z]+(?:[A-Z][a-z]+)+|[A-Z][a-z]+(?:[A-Z][a-z]+)+)$/.test(text),
    );
    assert.ok(named.length > 2);
    const tests = readFileSync(join(ROOT, 'test/support/vectors.ts'), 'utf8');
    assert.deepEqual(
      named.filter(name => !new RegExp(`\\b${name}\\b`).test(source + tests)),
      [],
    );
  });

  test('help topics are all of them', () => {
    const [, list] = /`nost help TOPIC` explains: ([^.]*)\./.exec(README.replaceAll('\n', ' '))!;
    const named = [...list!.matchAll(/`([a-z-]+)`/g)].map(match => match[1]);
    assert.deepEqual(named.sort(), TOPICS.map(({ name }) => name).sort());
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
    assert.doesNotMatch(README, /nsec1[a-z0-9]{20}/);
  });
});
