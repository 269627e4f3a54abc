import assert from 'node:assert/strict';
import test from 'node:test';
import { closingBracket, codeOnly, lineAt, withoutComments } from '../../support/source-text.ts';

test('comments go, and every character keeps its place', () => {
  const source = 'a(); // one\n/* two\n three */ b();\n';
  const code = withoutComments(source);
  assert.equal(code, `a();${' '.repeat(7)}\n${' '.repeat(6)}\n${' '.repeat(9)} b();\n`);
  assert.equal(code.length, source.length);
});

test('what stands in a string is no comment, and no code', () => {
  assert.equal(withoutComments("x = 'http://a';"), "x = 'http://a';");
  assert.equal(codeOnly("x = 'a{b';"), "x = '   ';");
  assert.equal(codeOnly('x = "\\"{";'), 'x = "   ";');
});

test('a template holds code between its braces', () => {
  const $ = '$'; // a placeholder in a plain string looks like a mistake
  assert.equal(codeOnly(`\`a{${$}{b({ c })}}d\``), '`   {b({ c })}  `');
  assert.equal(codeOnly(`\`${$}{\`{${$}{a}\`}\``), '` {`  {a}`}`');
});

test('a regular expression is no code, a division is', () => {
  assert.equal(codeOnly('x = /[/{]+/.test(y);'), 'x = /     /.test(y);');
  assert.equal(codeOnly("return /'/;"), 'return / /;');
  assert.equal(codeOnly('x = a / b / c; // {'), 'x = a / b / c;     ');
});

test('a bracket finds the one that closes it', () => {
  assert.equal(closingBracket('f(a(b), c)', 1), 9);
  assert.throws(() => closingBracket('f(a', 1), /unclosed \( in line 1/);
});

test('an offset tells its line', () => {
  assert.equal(lineAt('a\nb\nc', 0), 1);
  assert.equal(lineAt('a\nb\nc', 4), 3);
});
