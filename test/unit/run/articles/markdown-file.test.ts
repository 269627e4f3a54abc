import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { UsageError } from '../../../../src/errors.ts';
import { readArticle } from '../../../../src/run/articles/markdown-file.ts';
import { commandWorld } from '../../../support/command-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'nost-markdown-'));
after(() => rmSync(folder, { recursive: true }));

const read = (text: string) => {
  const path = join(folder, 'Über Rye.md');
  writeFileSync(path, text);
  const { signal } = new AbortController();
  const given = { signal, d: undefined, ignored: [], isDraft: false, allowNsec: false };
  return readArticle(commandWorld().context, path, given);
};

describe('a Markdown file', () => {
  test('is its text, byte for byte, with an identifier from its name', async () => {
    for (const text of [
      'a',
      'a\r\nb',
      'a\rb\r',
      ' \n---\nno field\n',
      '+++\na',
      '\n---\n',
      '----\na: b\n',
      '\u2028---',
    ])
      assert.deepEqual(await read(text), { d: 'über-rye', text, topics: [] });
    assert.deepEqual(await read('\ufeff---\r\ntitle: T\r\n---\r\n\ufeffx'), {
      title: 'T',
      summary: undefined,
      image: undefined,
      publishedAt: undefined,
      d: 'über-rye',
      topics: [],
      text: '\ufeffx',
    });
  });

  test('that begins like front matter, and is none, is not published as a text', async () => {
    for (const [text, message] of [
      ['+++\ntitle = "T"\n+++\ntext', /not TOML/],
      ['\n---\ntitle: T\n---\ntext', /begins with the first line/],
      ['  ---\r\ntitle: T\r\n---\r\ntext', /begins with the first line/],
      ['---\rtitle: T\r---\rtext', /CR alone/],
      ['---\ntitle: T\ntext', /no line --- ends/],
      ['---\n\nA text between two rules.\n\n---\n', /it is no mapping/],
    ] as const)
      await assert.rejects(read(text), (error: UsageError) => {
        assert.match(error.message, message);
        assert.match(error.hint!, /which may be empty/);
        return error.code === 'bad_front_matter';
      });
    assert.equal((await read('---\n---\n+++\nx\n+++\n')).text, '+++\nx\n+++\n');
  });
});
