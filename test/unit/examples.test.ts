// Every `@example` in src/protocol is run: an example that is wrong is worse than none.
// A line reads `EXPR // → VALUE` or `EXPR // throws TEXT`; all exports of all protocol modules are in scope.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';

const FOLDER = resolve(import.meta.dirname, '../../src/protocol');
const FILES = (readdirSync(FOLDER, { recursive: true }) as string[])
  .filter(name => name.endsWith('.ts') && !name.includes('assembly'))
  .sort();

interface Example {
  line: string;
  expression: string;
  value?: string;
  throws?: string;
}

/** The examples of one source text. Throws when a line has neither form. */
function examplesOf(source: string): Example[] {
  const comments = source.match(/\/\*\*[\s\S]*?\*\//g) ?? [];
  return comments.flatMap(comment => {
    const [, block = ''] = /@example\n([\s\S]*?)(?:\n\s*\* @|\*\/)/.exec(comment) ?? [];
    return block
      .split('\n')
      .map(line => line.replace(/^\s*\*? ?/, '').trim())
      .filter(line => line !== '')
      .map(parseExample);
  });
}

function parseExample(line: string): Example {
  const [, expression, kind, rest] = /^(.*) \/\/ (→|throws) (.*)$/.exec(line) ?? [];
  if (!expression || !rest) throw new Error(`not an example: ${line}`);
  return kind === '→' ? { line, expression, value: rest } : { line, expression, throws: rest };
}

/** The names of exported functions that no doc comment precedes. */
function undocumented(source: string): string[] {
  const exported = /(\*\/\n)?^export (?:async )?(?:function\*?|const (?=\w+ = (?:async )?\())\s*(\w+)/gm;
  return [...source.matchAll(exported)].filter(match => match[1] === undefined).map(match => match[2]!);
}

/** The names of exported functions whose doc comment has no example. */
function withoutExample(source: string): string[] {
  const exported = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^export (?:async )?function\*? *(\w+)/gm;
  return [...source.matchAll(exported)]
    .filter(([, comment = '']) => !comment.includes('@example\n'))
    .map(match => match[2]!);
}

type Exports = Readonly<Record<string, unknown>>;

const MODULES = new Map<string, Exports>();
for (const file of FILES) {
  // A path whose beginning and end stand here, so that esbuild finds the modules.
  MODULES.set(file, await import(`../../src/protocol/${file.slice(0, -'.ts'.length)}.ts`));
}
const EVERYTHING: Exports = Object.assign({}, ...MODULES.values());

const { exports: published } = JSON.parse(readFileSync(resolve(FOLDER, '../../package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
};

/** What the expression comes to; of two exports of one name it means that of its own file. */
async function run(expression: string, own: Exports): Promise<unknown> {
  const scope = { ...EVERYTHING, ...own };
  const value = new Function(...Object.keys(scope), `return (${expression});`)(...Object.values(scope));
  return await value;
}

async function check(example: Example, own: Exports): Promise<void> {
  if (example.throws === undefined) {
    assert.deepEqual(await run(example.expression, own), await run(example.value!, own));
    return;
  }
  await assert.rejects(run(example.expression, own), (error: Error) => {
    assert.ok(error.message.includes(example.throws!), `${error.message} does not say: ${example.throws}`);
    return !(error instanceof SyntaxError || error instanceof ReferenceError);
  });
}

for (const [file, own] of MODULES) {
  const source = readFileSync(join(FOLDER, file), 'utf8');
  describe(`src/protocol/${file}`, () => {
    test('every exported function has a doc comment', () => assert.deepEqual(undocumented(source), []));
    if (`./protocol/${file.replace(/\.ts$/, '')}` in published)
      test('and, where other programs may import it, an example', () =>
        assert.deepEqual(withoutExample(source), []));
    for (const example of examplesOf(source)) test(example.line, () => check(example, own));
  });
}

test('an exported function without an example is found', () => {
  assert.deepEqual(withoutExample('/** Doc. */\nexport function a() {}\n\nexport function b() {}\n'), [
    'a',
    'b',
  ]);
  const source =
    '/** A.\n * @example\n * a() // → 1\n */\nexport async function a() {}\n/** B. */\nexport function b() {}\n';
  assert.deepEqual(withoutExample(source), ['b']);
});

test('there are examples to run', () => {
  const count = FILES.flatMap(file => examplesOf(readFileSync(join(FOLDER, file), 'utf8'))).length;
  assert.ok(count > 100, `only ${count} found`);
});

test('an exported function without a doc comment is found', () => {
  assert.deepEqual(undocumented('/** Doc. */\nexport function a() {}\n\nexport function b() {}\n'), ['b']);
  assert.deepEqual(undocumented('// no doc\nexport async function c() {}\nexport const d = () => 1;\n'), [
    'c',
    'd',
  ]);
});

test('an example in neither form is an error', () => {
  assert.throws(() => examplesOf('/**\n * @example\n * isHex("00")\n */'), /not an example/);
});
