import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, mock, test } from 'node:test';
import { Log } from '../../../src/output/log.ts';
import { Redactor } from '../../../src/output/redact.ts';

/** A terminal, its clock in the test's hand; `read` gives what was written since. */
function terminal(settings: Partial<Log['settings']> = {}, isTerminal = true) {
  const stream = Object.assign(new PassThrough(), { columns: 21 });
  const log = new Log(stream, isTerminal, new Redactor(), {});
  log.settings = { ...log.settings, ...settings };
  return { log, read: () => stream.read()?.toString() ?? '' };
}

describe('progress', { concurrency: false }, () => {
  const beforeAndAfter = (act: () => void) => {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
    try {
      act();
    } finally {
      mock.timers.reset();
    }
  };

  test('of two things stands in one line, until each has ended', () =>
    beforeAndAfter(() => {
      const { log, read } = terminal();
      const stopOne = log.showProgress(() => 'one');
      const stopTwo = log.showProgress(() => 'two');
      mock.timers.tick(500);
      assert.equal(read(), '\r\u001b[Kone · two');
      stopOne();
      mock.timers.tick(100);
      assert.equal(read(), '\r\u001b[Ktwo');
      stopTwo();
      stopTwo();
      assert.equal(read(), '\r\u001b[K');
      mock.timers.tick(1000);
      assert.equal(read(), '');
    }));

  test('leaves the terminal to a question', () =>
    beforeAndAfter(() => {
      const { log, read } = terminal();
      log.showProgress(() => 'x');
      mock.timers.tick(500);
      assert.equal(read(), '\r\u001b[Kx');
      const release = log.holdProgress();
      assert.equal(read(), '\r\u001b[K');
      mock.timers.tick(1000);
      assert.equal(read(), '');
      release();
      mock.timers.tick(100);
      assert.equal(read(), '\r\u001b[Kx');
    }));

  test('shows after half a second, is worded anew, and takes itself away', () =>
    beforeAndAfter(() => {
      const { log, read } = terminal();
      let count = 1;
      const stop = log.showProgress(() => `${count} events`);
      mock.timers.tick(499);
      assert.equal(read(), '');
      mock.timers.tick(1);
      assert.equal(read(), '\r\u001b[K1 events');
      count = 2;
      mock.timers.tick(100);
      assert.equal(read(), '\r\u001b[K2 events');
      stop();
      assert.equal(read(), '\r\u001b[K');
      mock.timers.tick(1000);
      assert.equal(read(), '');
    }));

  test('of a short command is never seen', () =>
    beforeAndAfter(() => {
      const { log, read } = terminal();
      log.showProgress(() => 'x')();
      mock.timers.tick(1000);
      assert.equal(read(), '');
    }));

  test('makes room for other lines, and is no wider than the terminal', () =>
    beforeAndAfter(() => {
      const { log, read } = terminal();
      log.showProgress(() => 'x'.repeat(50));
      mock.timers.tick(500);
      assert.equal(read(), `\r\u001b[K${'x'.repeat(20)}`);
      log.warn({ type: 'end', message: 'a line' });
      log.warn({ type: 'end', message: 'another' });
      assert.equal(read(), '\r\u001b[Ka line\nanother\n');
    }));

  for (const [name, settings, isTerminal] of [
    ['in a pipe', {}, false],
    ['in a JSON log', { format: 'json' }, true],
    ['with -q', { verbosity: 'errors' }, true],
  ] as const)
    test(`is not shown ${name}`, () =>
      beforeAndAfter(() => {
        const { log, read } = terminal(settings, isTerminal);
        log.showProgress(() => 'x')();
        log.showProgress(() => 'x');
        mock.timers.tick(2000);
        assert.equal(read(), '');
      }));
});
