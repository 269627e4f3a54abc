import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { widthOf } from '../../../../src/output/pretty/measure.ts';
import { PingBoard } from '../../../../src/output/pretty/ping-board.ts';
import { styleFor } from '../../../../src/output/style.ts';

const settings = { columns: 80, style: await styleFor(false) };
const [A, B, C] = [
  'wss://relay.a.example',
  'wss://relay.b.example',
  'wss://relay.c.example/with/a/long/path',
];

const figures = (time: number) => ({ min: time, avg: time, p50: time, p95: time, p99: time, max: time });

/** A board with the REQ times of relays, and their summaries. */
function board(times: Readonly<Record<string, readonly number[]>>): PingBoard {
  const board = new PingBoard();
  for (const [relay, all] of Object.entries(times))
    for (const [at, req] of all.entries())
      board.add({ type: 'ping', relay, seq: at + 1, ok: true, ms: { req } });
  for (const [relay, { length }] of Object.entries(times))
    board.add({ type: 'summary', relay, sent: length, answered: length, loss: 0, ms: { req: figures(1) } });
  return board;
}

/** The histogram alone. */
function histogram(times: Readonly<Record<string, readonly number[]>>, columns = 80): string[] {
  const lines = board(times).end({ ...settings, columns });
  return lines.slice(lines.findIndex(line => line.startsWith('REQ, ms')));
}

describe('a ping', () => {
  test('is a row of its times, without their sum', () => {
    const ms = { tcp: 1.23456, upgrade: 20.0004, connect: 21.3, req: 1234.5 };
    const row = new PingBoard().add({ type: 'ping', relay: A, seq: 7, ok: true, ms });
    assert.deepEqual(row, { relay: A, seq: 7, tcp: 1.23, upgrade: 20, req: 1230 });
  });

  test('that was lost says why', () => {
    const lost = { type: 'ping', relay: A, seq: 1, ok: false, end: 'timeout', reason: 'no EOSE', ms: {} };
    assert.deepEqual(new PingBoard().add(lost), { relay: A, seq: 1, problem: 'timeout: no EOSE' });
  });
});

describe('the end', () => {
  test('of nothing is nothing', () => {
    assert.deepEqual(new PingBoard().end(settings), []);
  });

  test('without an answer is what was lost', () => {
    const board = new PingBoard();
    board.add({ type: 'summary', relay: A, sent: 3, answered: 0, loss: 1, ms: {} });
    assert.deepEqual(board.end(settings), ['', `${A}: 3 pings, 0 answered, 100 % lost`]);
  });

  test('has a row for each relay and measure', () => {
    const lines = board({ [A]: [1], [B]: [1] }).end(settings);
    assert.ok(lines.some(line => /^ms +relay +min +avg +p50 +p95 +p99 +max$/.test(line)));
    for (const relay of [A, B])
      assert.ok(
        lines.some(line => line.startsWith(`req  ${relay}`)),
        lines.join('\n'),
      );
  });

  test('fits 80 columns, whatever relays are called and however slow they are', () => {
    const lines = board({ [A]: [0.123456, 59_999.9], [B]: [3, 14, 15], [C]: [1] }).end(settings);
    for (const line of lines) assert.ok(widthOf(line) <= 80, line);
  });

  test('has no escape of a relay', () => {
    const lines = board({ 'wss://a\u001b[31m': [1, 2] }).end(settings);
    assert.ok(!lines.join('').includes('\u001b'));
  });
});

describe('the histogram', () => {
  test('counts each time once', () => {
    const lines = histogram({ [A]: [1, 2, 3, 4, 5, 6, 7, 8, 8, 8] });
    const counts = lines.slice(1).map(line => Number(/ – \S+ +(\d+) █/.exec(line)?.[1] ?? 0));
    assert.equal(
      counts.reduce((a, b) => a + b, 0),
      10,
    );
    assert.equal(counts.at(-1), 3, 'the longest time lies in the last bin');
  });

  test('has one scale for all relays', () => {
    const [head, first, ...rest] = histogram({ [A]: [1, 1, 1, 1], [B]: [2] });
    assert.match(head!, /^REQ, ms +wss:\/\/relay\.a\.example +wss:\/\/relay\.b\.example$/);
    assert.match(first!, /^ *1 – 1\.1 +4 █+$/);
    assert.match(rest.at(-1)!, /^ *1\.9 – 2 +1 █+▊$/);
  });

  test('of times far apart has bins that grow', () => {
    const lines = histogram({ [A]: [1, 10, 100] });
    const shown = lines.slice(1).filter(line => line.includes('█'));
    assert.equal(shown.length, 3, lines.join('\n'));
  });

  test('of one time has one line', () => {
    assert.equal(histogram({ [A]: [5, 5] }).length, 2);
  });

  test('puts relays that have no room beside the others below them', () => {
    const heads = histogram({ [A]: [1], [B]: [1], [C]: [1] }, 60).filter(line => line.startsWith('REQ'));
    assert.equal(heads.length, 2);
  });
});
