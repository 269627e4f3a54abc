// The codes that scripts may rely on: each is used, each is explained, none twice.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { exitCodeOf } from '../../src/exit-codes.ts';
import { FAILURE_CODES } from '../../src/failure-codes.ts';

const SRC = resolve(import.meta.dirname, '../../src');

const TEXT = (readdirSync(SRC, { recursive: true }) as string[])
  .filter(name => name.endsWith('.ts') && name !== 'failure-codes.ts')
  .map(name => readFileSync(join(SRC, name), 'utf8'))
  .join('\n');

/** Codes are written whole, or without the beginning that a family of them shares. */
function isUsed(code: string): boolean {
  const short = code.replace(/^(?:key_file|keychain|unknown)_/, '');
  return [code, short].some(word => TEXT.includes(`'${word}'`));
}

describe('failure codes', () => {
  test('stand once in the table, in snake_case, with a sentence that fits a line of help', () => {
    const codes = FAILURE_CODES.map(({ code }) => code);
    assert.equal(new Set(codes).size, codes.length);
    for (const { code, kind, meaning } of FAILURE_CODES) {
      assert.match(code, /^[a-z]+(?:_[a-z]+)*$/);
      assert.match(meaning, /^\S.{0,50}[^.]$/, code);
      assert.ok(exitCodeOf(kind) > 0, code);
    }
  });

  test('are each used', () => {
    assert.deepEqual(
      FAILURE_CODES.filter(({ code }) => !isUsed(code)).map(({ code }) => code),
      [],
    );
  });

  test('are the only ones there are: a misspelt one does not compile', () => {
    // @ts-expect-error there is no such code
    const failure = new UsageError('x', { code: 'bad_valeu' });
    assert.equal(failure.kind, 'usage');
  });
});
