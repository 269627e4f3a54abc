import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvalidDuration, InvalidTime, parseDuration, parseTime } from '../../../src/protocol/time.ts';

const NOW = 1_700_000_000;

describe('parseDuration', () => {
  for (const [text, milliseconds] of [
    ['0', 0],
    ['5', 5000],
    ['0.5', 500],
    ['250ms', 250],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['3h', 10_800_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
  ] as const) {
    test(`${text} is ${milliseconds} ms`, () => assert.equal(parseDuration(text), milliseconds));
  }

  for (const text of [
    '',
    's',
    '-1',
    '+1',
    '1 s',
    '1S',
    '1y',
    '1h30m',
    '.5',
    '5.',
    '1e3',
    'Infinity',
    '9'.repeat(20),
  ]) {
    test(`${JSON.stringify(text)} is refused and quoted`, () => {
      assert.throws(
        () => parseDuration(text),
        (error: Error) => error instanceof InvalidDuration && error.message.includes(JSON.stringify(text)),
      );
    });
  }
});

describe('parseTime', () => {
  for (const [text, seconds] of [
    ['0', 0],
    ['1700000000', 1_700_000_000],
    ['90s', NOW - 90],
    ['15m', NOW - 900],
    ['1w', NOW - 604_800],
    ['0s', NOW],
    ['1.5h', NOW - 5400],
    ['2023-11-14', 1_699_920_000],
    ['2023-11-14T22:13', 1_699_999_980],
    ['2023-11-14T22:13:20', NOW],
    ['2023-11-14 22:13:20Z', NOW],
    ['2023-11-14T22:13:20.999Z', NOW],
    ['2023-11-15T00:13:20+02:00', NOW],
    ['2024-02-29', 1_709_164_800],
    ['1970-01-01', 0],
  ] as const) {
    test(`${text} is ${seconds}`, () => assert.equal(parseTime(text, NOW), seconds));
  }

  for (const text of [
    '',
    'now',
    '-5',
    '1.5',
    '9007199254740992',
    '2023-02-30',
    '2023-13-01',
    '2023-11-14T24:00',
    '2023-11-14T22:60',
    '2023-11-14T22:13:60Z',
    '2023-11-14T22:13:20+99:00',
    '1969-12-31',
    '14.11.2023',
    'Nov 14 2023',
    '2h ago',
    '99999999w',
  ]) {
    test(`${JSON.stringify(text)} is refused and quoted`, () => {
      assert.throws(
        () => parseTime(text, NOW),
        (error: Error) => error instanceof InvalidTime && error.message.includes(JSON.stringify(text)),
      );
    });
  }
});
