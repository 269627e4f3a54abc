import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Redactor } from '../../../src/output/redact.ts';
import { Trace, type TraceSettings } from '../../../src/output/trace.ts';

const NSEC = 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5';

function tracing(settings: Partial<TraceSettings> = {}) {
  const lines: string[] = [];
  const trace = new Trace(
    {
      format: 'text',
      longest: 20,
      dated: false,
      redactor: new Redactor(),
      now: () => Date.UTC(2026, 0, 2, 12, 0, 0, 123),
      ...settings,
    },
    line => lines.push(line),
  );
  return { trace, lines };
}

describe('a trace for people', () => {
  test('has time, direction, relay and frame on a line', () => {
    const { trace, lines } = tracing();
    trace.tell('open', 'wss://a', '');
    trace.tell('sent', 'wss://a', '["REQ","x",{}]');
    trace.tell('received', 'wss://a', Buffer.from('["EOSE","x"]'));
    trace.tell('closed', 'wss://a', 'connection lost');
    assert.deepEqual(lines, [
      '12:00:00.123 * open wss://a',
      '12:00:00.123 → wss://a ["REQ","x",{}]',
      '12:00:00.123 ← wss://a ["EOSE","x"]',
      '12:00:00.123 * closed wss://a connection lost',
    ]);
  });

  test('cuts a long frame and tells by how much, and has the date where it is wanted', () => {
    const { trace, lines } = tracing({ dated: true });
    trace.tell('sent', 'wss://a', 'x'.repeat(50));
    assert.deepEqual(lines, [`2026-01-02T12:00:00.123Z → wss://a ${'x'.repeat(20)}… 30 more characters`]);
  });

  test('keeps a hostile frame on its line', () => {
    const { trace, lines } = tracing({ longest: 100 });
    trace.tell('received', 'wss://a', '\u001b[2J\n\u202e');
    assert.deepEqual(lines, ['12:00:00.123 ← wss://a \\u001b[2J\\n\\u202e']);
  });
});

describe('a trace as JSON', () => {
  test('is one object for each frame, which says how much is left out', () => {
    const { trace, lines } = tracing({ format: 'json' });
    trace.tell('received', 'wss://a', '\n\u0085'.repeat(15));
    const [line] = lines;
    assert.ok(!line!.includes('\u0085'));
    assert.deepEqual(JSON.parse(line!), {
      type: 'trace',
      time: '2026-01-02T12:00:00.123Z',
      relay: 'wss://a',
      what: 'received',
      text: '\n\u0085'.repeat(10),
      cut: 10,
    });
  });
});

for (const format of ['text', 'json'] as const)
  test(`a secret goes before a frame is cut, and wherever else it stands: ${format}`, () => {
    const redactor = new Redactor();
    redactor.addText('pass"word');
    const { trace, lines } = tracing({ format, redactor });
    trace.tell('sent', 'wss://a', `123456789 ${NSEC}`);
    trace.tell('received', 'wss://a?k=pass"word', '["NOTICE","pass\\"word"]');
    const all = lines.join('\n');
    assert.ok(!/nsec1|pass/.test(all), all);
    assert.match(all, /\[redacted\]/);
  });
