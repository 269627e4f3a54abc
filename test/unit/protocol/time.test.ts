import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  InvalidDuration,
  InvalidTime,
  implausibleTime,
  parseDuration,
  parseTime,
  parseWait,
} from '../../../src/protocol/time.ts';

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
    ['1h30m', 5_400_000],
    ['1w2d3h4m5s6ms', 788_645_006],
    ['007', 7000],
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
    '30m1h',
    '1h1h',
    '1h30',
    '0x10',
    'NaN',
    '١s',
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
    ['2h30m', NOW - 9000],
    ['now', NOW],
    ['today', 1_699_920_000],
    ['yesterday', 1_699_833_600],
    ['100000000000', 10 ** 11],
    ['0001700000000', NOW],
  ] as const) {
    test(`${text} is ${seconds}`, () => assert.equal(parseTime(text, NOW), seconds));
  }

  for (const text of [
    '',
    'Now',
    '-5',
    '1e9',
    '0x6553f100',
    'NaN',
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

describe('a time that no one can mean', () => {
  for (const [text, complaint] of [
    ['1700000000000', /1700000000000 is a time in milliseconds; write seconds: 1700000000$/],
    ['100000000001', /100000000001 is a time in milliseconds; write seconds: 100000000$/],
    ['1700000000000000', /1700000000000000 is after the year 5138; write unix seconds$/],
  ] as const) {
    test(`${text} is refused`, () => assert.throws(() => parseTime(text, NOW), complaint));
  }

  test('what is plausible has no fault', () => assert.equal(implausibleTime(10 ** 11), undefined));
});

describe('parseWait', () => {
  test('is in milliseconds, up to the longest that a timer holds', () => {
    assert.equal(parseWait('90s'), 90_000);
    assert.equal(parseWait('1ms'), 1);
    assert.equal(parseWait('2147483647ms'), 2 ** 31 - 1);
  });

  for (const [text, complaint] of [
    ['0', /"0" is no time to wait/],
    ['0.1ms', /no time to wait/],
    ['2147483648ms', /too long to wait; the longest is 24d/],
    ['52w', /too long to wait/],
    ['soon', /not a duration: "soon"/],
  ] as const) {
    test(`${text} is refused`, () => assert.throws(() => parseWait(text), complaint));
  }
});
