import assert from 'node:assert/strict';
import test from 'node:test';
import { classesOf, functionsOf, lineCount } from '../../support/code-shape.ts';

function spans(source: string): string[] {
  return functionsOf(source).map(({ line, lines }) => `${line}+${lines}`);
}

test('functions, methods and arrows with a body are measured from their head to their brace', () => {
  const source = [
    'function one(a: string): Promise<{ b: string }> {',
    '  return f(a);',
    '}',
    'const two = (a: string): a is string => {',
    '  return true;',
    '};',
    'const three = a => {};',
    'class Four {',
    '  get five(): number | undefined {',
    '    return 5;',
    '  }',
    '  async *#six<T>(',
    '    a: T,',
    '  ): AsyncGenerator<T> {}',
    '}',
  ].join('\n');
  assert.deepEqual(spans(source), ['1+3', '4+3', '7+1', '9+3', '12+3']);
});

test('statements, calls, types and expressions are no functions with a body', () => {
  const source = [
    'if (a) {',
    '}',
    'for await (const b of c) {',
    '}',
    'try { d(); } catch (error) {',
    '}',
    'interface E {',
    '  f(g: string): void;',
    '  h: (i: string) => { j: string };',
    '}',
    'const k = l(m) ? n(o) : { p: 1 };',
    'const q = (r: string) => ({ r });',
    "switch (s) { case t('{'): break; }",
  ].join('\n');
  assert.deepEqual(spans(source), []);
});

test('the fields of a class are those of its instances', () => {
  const source = [
    'export class A extends B<{ c: string }> implements D {',
    '  static readonly none = 0;',
    '  readonly a: string;',
    '  #b = new Map<string, { c: number }>();',
    '  declare c?: string;',
    '  protected readonly d: (e: string) => void = e => {',
    '    this.x = 1;',
    '  };',
    '  #e!: number;',
    '  constructor(a: string) {',
    '    super();',
    '    this.a = a;',
    '  }',
    '  get size(): number {',
    '    return 1;',
    '  }',
    '  async *[Symbol.asyncIterator](): AsyncGenerator<{ f: string }> {',
    '    const g = 1;',
    '  }',
    '  #last: string[] = [];',
    '}',
    'class Empty {}',
  ].join('\n');
  assert.deepEqual(classesOf(source), [
    { name: 'A', fields: ['a', '#b', 'c', 'd', '#e', '#last'] },
    { name: 'Empty', fields: [] },
  ]);
});

test('lines are counted as wc does', () => {
  assert.equal(lineCount('a\nb\n'), 2);
  assert.equal(lineCount(''), 0);
});
