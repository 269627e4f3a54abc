import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { Failure } from '../../../src/errors.ts';
import { Log, type LogSettings, type Verbosity } from '../../../src/output/log.ts';
import { Redactor } from '../../../src/output/redact.ts';

const NSEC = 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5';

function logging(settings: Partial<LogSettings> = {}) {
  const stream = new PassThrough();
  const log = new Log(stream, false, new Redactor(), {});
  log.settings = { ...log.settings, ...settings };
  const lines = (): string[] => (stream.read()?.toString() ?? '').split('\n').slice(0, -1);
  return { log, stream, lines };
}

function sayEverything(log: Log): void {
  log.warn({ type: 'warn', message: 'w' });
  log.note({ type: 'note', message: 'n' });
  log.detail({ type: 'detail', message: 'd' });
}

describe('the log', () => {
  const table: [Verbosity, text: string[], json: string[]][] = [
    ['silent', [], []],
    ['errors', ['warn: w'], ['warn']],
    ['normal', ['warn: w', 'note: n'], ['warn', 'note', 'detail']],
    ['verbose', ['warn: w', 'note: n', 'detail: d'], ['warn', 'note', 'detail']],
  ];
  for (const [verbosity, text, json] of table)
    test(`shows at "${verbosity}" what belongs there`, () => {
      const plain = logging({ verbosity });
      sayEverything(plain.log);
      assert.deepEqual(plain.lines(), text);
      const structured = logging({ verbosity, format: 'json' });
      sayEverything(structured.log);
      assert.deepEqual(
        structured.lines().map(line => JSON.parse(line).type),
        json,
      );
    });

  test('words a line as relay, type, message; the type is left out where the message speaks for itself', () => {
    const { log, lines } = logging();
    log.warn({ type: 'notice', relay: 'wss://a', message: 'hello' });
    log.warn({ type: 'end', relay: 'wss://a', message: 'timeout' });
    log.warn({ type: 'error', message: 'odd' });
    log.warn({ type: 'ready', relay: 'wss://a' });
    assert.deepEqual(lines(), ['wss://a: notice: hello', 'wss://a: timeout', 'odd', 'wss://a: ready']);
  });

  test('keeps hostile text on its line and secrets out of it, in both formats', () => {
    for (const format of ['text', 'json'] as const) {
      const { log, lines } = logging({ format });
      log.warn({ type: 'notice', message: `a\n\u001b[2Jb ${NSEC}` });
      const all = lines();
      assert.equal(all.length, 1);
      assert.ok(!all[0]!.includes('\u001b') && !all[0]!.includes(NSEC), all[0]);
      assert.match(all[0]!, /\[redacted\]/);
    }
  });

  test('ends with the failure and its hint, each line of it', async () => {
    const { log, lines } = logging();
    await log.failure(new Failure('usage', 'no such flag', { hint: 'one\ntwo' }));
    assert.deepEqual(lines(), ['nost: no such flag', '  one', '  two']);
  });

  test('ends as JSON with exactly one object', async () => {
    const { log, lines } = logging({ format: 'json' });
    await log.failure(new Failure('io', 'disk', { code: 'report' }));
    assert.deepEqual(
      lines().map(line => JSON.parse(line)),
      [{ type: 'error', code: 'report', message: 'disk' }],
    );
  });

  test('says nothing at all when it is to be silent', async () => {
    for (const format of ['text', 'json'] as const) {
      const { log, lines } = logging({ verbosity: 'silent', format });
      await log.failure(new Failure('io', 'disk'));
      assert.deepEqual(lines(), []);
    }
  });

  test('is coloured only when asked for', async () => {
    const { log, lines } = logging({ color: 'always' });
    await log.failure(new Failure('io', 'disk'));
    assert.match(lines()[0]!, /^\u001b\[31mnost: /);
  });

  test('keeps text of several lines one object of JSON, and nothing when silent', () => {
    const { log, lines } = logging({ format: 'json' });
    log.raw('help', 'usage:\n  nost');
    assert.deepEqual(
      lines().map(line => JSON.parse(line)),
      [{ type: 'help', message: 'usage:\n  nost' }],
    );
    const silent = logging({ verbosity: 'silent' });
    silent.log.raw('help', 'usage');
    assert.deepEqual(silent.lines(), []);
  });

  test('escapes in JSON what a terminal would obey', () => {
    const { log, lines } = logging({ format: 'json' });
    log.warn({ type: 'notice', message: '\u009b2J\u202e' });
    const [line] = lines();
    assert.ok(!/[\u009b\u202e]/.test(line!));
    assert.equal(JSON.parse(line!).message, '\u009b2J\u202e');
  });

  test('cuts a text of megabytes, in every field of every format, and the last line, too', async () => {
    const long = 'é'.repeat(5_000_000);
    for (const format of ['text', 'json'] as const) {
      const { log, lines } = logging({ format });
      log.warn({ type: 'closed', relay: long, message: long, reason: long, all: [{ reason: long }] });
      await log.failure(new Failure('refused', long, { hint: `one\n${long}` }));
      for (const line of lines()) {
        assert.ok(line.length < 10_000, `${line.length} characters`);
        assert.ok(!line.includes('é'.repeat(2001)));
      }
    }
  });

  test('says how much it has cut, and cuts no help', () => {
    const { log, lines } = logging();
    log.warn({ type: 'warning', message: 'x'.repeat(2100) });
    assert.match(lines()[0]!, /^warning: x{1991}… 109 more characters$/);
    const json = logging({ format: 'json' });
    json.log.raw('help', 'x'.repeat(9000));
    assert.equal(JSON.parse(json.lines()[0]!).message.length, 9000);
  });

  test('shows no part of a secret that the cut would go through', () => {
    for (const format of ['text', 'json'] as const)
      for (let at = 1930; at < 2000; at += 7) {
        const { log, lines } = logging({ format });
        log.warn({ type: 'warning', message: `${'x'.repeat(at)} ${NSEC}` });
        assert.doesNotMatch(lines()[0]!, /nsec/);
      }
  });

  test('survives that nobody is left to tell', () => {
    const { log, stream } = logging();
    stream.destroy(Object.assign(new Error('EPIPE'), { code: 'EPIPE' }));
    log.warn({ type: 'x', message: 'y' });
  });

  test('writes text of our own as it is, but for secrets', () => {
    const { log, lines } = logging();
    log.raw('help', `usage:\n  nost ${NSEC}`);
    assert.deepEqual(lines(), ['usage:', '  nost [redacted]']);
  });
});
