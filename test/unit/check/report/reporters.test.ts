// The reports as their readers read them: a TAP parser, a JUnit reader, JSON.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'junit2json';
import { Parser } from 'tap-parser';
import { failedBefore } from '../../../../src/check/baseline.ts';
import type { CaseResult } from '../../../../src/check/case.ts';
import { type Format, reporterFor } from '../../../../src/check/report/formats.ts';
import type { Paint } from '../../../../src/check/report/reporter.ts';
import { Summary } from '../../../../src/check/summary.ts';
import { BLANKS_AND_COMMAS, wrap } from '../../../../src/output/pretty/measure.ts';
import { sanitizeText } from '../../../../src/output/sanitize.ts';
import { madeUp, OF_EACH_KIND } from '../../../support/case-results.ts';
import { A } from '../../../support/people.ts';

const same = (text: string) => text;
const PLAIN: Paint = {
  safe: sanitizeText,
  fit: text => [text],
  error: same,
  strong: same,
  dim: same,
  accent: same,
};

async function report(
  format: Format,
  results: readonly CaseResult[] = OF_EACH_KIND,
  paint = PLAIN,
): Promise<string> {
  const reporter = await reporterFor(format, paint);
  const summary = new Summary();
  const lines = reporter.begin('ws://relay.example', results.length);
  for (const result of results) {
    summary.add(result, false);
    lines.push(...reporter.result(result));
  }
  summary.ms = 1234;
  return [...lines, ...reporter.end(summary), ''].join('\n');
}

describe('TAP', () => {
  test('a parser finds what passed, failed, was skipped and is informational', async () => {
    const events = Parser.parse(await report('tap'));
    const asserts = events.filter(([type]) => type === 'assert').map(([, result]) => result);
    assert.deepEqual(
      asserts.map(({ ok, name, skip, todo }) => [ok, name, skip, todo]),
      [
        [true, 'nip1/eose: answers a REQ with EOSE', false, false],
        [false, 'nip1/ok: answers a REQ with EOSE', false, false],
        [true, 'nip45/count: answers a REQ with EOSE', 'the relay does not claim NIP-45 # TODO', false],
        [false, 'nip42/on-connect: answers a REQ with EOSE', false, 'informational'],
      ],
    );
    assert.deepEqual(
      events.filter(([type]) => type === 'extra'),
      [],
    );
  });

  test('the frames of a failure are its diagnostics, whatever is in them', async () => {
    const [, failed] = Parser.parse(await report('tap')).filter(([type]) => type === 'assert');
    assert.deepEqual(failed![1].diag.frames, OF_EACH_KIND[1]!.frames);
    assert.equal(failed![1].time, 12);
  });

  test('a failure fails the whole; an informational one does not', async () => {
    const isOk = async (results: readonly CaseResult[]) => {
      const events = Parser.parse(await report('tap', results));
      return events.find(([type]) => type === 'complete')![1].ok;
    };
    assert.equal(await isOk(OF_EACH_KIND), false);
    assert.equal(await isOk(OF_EACH_KIND.filter(({ case: { name } }) => name !== 'ok')), true);
  });
});

describe('JUnit', () => {
  test('a reader finds a suite for each NIP, with its sums', async () => {
    const suites = await parse(await report('junit'));
    assert.ok(suites && 'testsuite' in suites);
    assert.deepEqual(
      suites.testsuite!.map(({ name, tests, failures, skipped }) => [name, tests, failures, skipped]),
      [
        ['NIP-1', 2, 1, 0],
        ['NIP-45', 1, 0, 1],
        ['NIP-42', 1, 0, 1],
      ],
    );
    assert.deepEqual([suites.tests, suites.failures], [4, 1]);
  });

  test('a failure has its message and its frames, without what XML cannot hold', async () => {
    const suites = await parse(await report('junit'));
    assert.ok(suites && 'testsuite' in suites);
    const { failure } = suites.testsuite![0]!.testcase![1]!;
    assert.equal(failure![0]!.message, 'it said "no" & <never> # why\ufffd\ufffd[31m\n\ufffd');
    assert.match(failure![0]!.inner!, /the NIP: MUST[\s\S]*→ \["EVENT",{"content":"]]> --- # &"}\]/);
  });
});

test('what failed in the baseline, too, fails no reader of TAP or JUnit', async () => {
  const known = OF_EACH_KIND.map(result => ({ ...result, isKnown: true }));
  const [, failed] = Parser.parse(await report('tap', known)).filter(([type]) => type === 'assert');
  assert.deepEqual([failed![1].ok, failed![1].todo], [false, 'as in the baseline']);
  const suites = await parse(await report('junit', known));
  assert.ok(suites && 'testsuite' in suites);
  assert.equal(suites.failures, 0);
  assert.match(suites.testsuite![0]!.testcase![1]!.skipped![0]!.message!, /^as in the baseline: /);
});

describe('JSON', () => {
  test('a line for each case, frames for what failed, and the sum', async () => {
    const lines = (await report('json'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    assert.deepEqual(
      lines.map(line => [line.case ?? line.type, line.outcome, line.required, line.frames?.length]),
      [
        ['eose', 'pass', true, undefined],
        ['ok', 'fail', true, 2],
        ['count', 'skip', true, undefined],
        ['on-connect', 'fail', false, 0],
        ['summary', undefined, undefined, undefined],
      ],
    );
    assert.deepEqual(lines.at(-1).failed, ['ok']);
  });

  test('is the baseline of a later run', async () => {
    assert.deepEqual(failedBefore(await report('json')), new Set(['ok', 'on-connect']));
  });
});

describe('the text', () => {
  test('control characters of a relay do not reach the terminal', async () => {
    const text = await report('text');
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f]/);
    assert.match(text, /^FAIL {2}NIP-01 {2}ok /m);
    assert.match(text, /^1 passed · 1 failed · 1 info · 1 skipped · 1\.2 s$/m);
  });

  test('says what info and skip mean where there are any', async () => {
    assert.match(await report('text'), /\n {6}info: .*\n {6}skip: .*\n$/);
    assert.doesNotMatch(await report('text', [OF_EACH_KIND[0]!]), /info:|skip:/);
  });

  test('in 80 columns no word is broken, and what a frame is about can be seen', async () => {
    const event = A.sign({ kind: 1, tags: [['t', 'a-tag']], content: 'what it is about', created_at: 1 });
    const result = madeUp({
      outcome: 'fail',
      message: `a REQ with ${JSON.stringify({ ids: [], '#t': ['a-tag'] })} gives an event that it should not`,
      frames: [`12 ms #1 → ${JSON.stringify(['EVENT', event])}`],
    });
    const fit = (text: string, before: number) => wrap(text, 80 - before, BLANKS_AND_COMMAS);
    const text = await report('text', [result], { ...PLAIN, fit });
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
    const words = new Set(text.split(/\s+/));
    for (const word of result.case.title.split(' ')) assert.ok(words.has(word), word);
    assert.match(text, new RegExp(`→ \\["EVENT",\\{"id":"${event.id.slice(0, 8)}…","pubkey":`));
    assert.match(text, /"content":"what it is\s+about"\}\]/);
  });

  test('of many frames the last are shown, and how many came before', async () => {
    const frames = Array.from({ length: 40 }, (_, i) => `frame ${i}`);
    const text = await report('text', [madeUp({ outcome: 'fail', message: 'no', frames })]);
    assert.match(text, /… 28 frames before\n {6}frame 28\n/);
    assert.doesNotMatch(text, /frame 27\n/);
  });
});
