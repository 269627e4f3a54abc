import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Health } from '../../../../src/run/relay-checks/health.ts';
import { type Bounds, judge } from '../../../../src/run/relay-checks/verdict.ts';
import { CHECK_FORMATS, linesOf } from '../../../../src/run/relay-checks/verdict-formats.ts';

const NOW = 1_800_000_000;
const DAY_S = 86_400;
const BOUNDS: Bounds = {
  warn: 1000,
  crit: 5000,
  certWarn: 14 * DAY_S * 1000,
  certCrit: 3 * DAY_S * 1000,
  fresh: 3_600_000,
};
const WHOLE: Health = {
  relay: 'wss://a.example',
  parts: { dns: 1, tcp: 20, tls: 30, upgrade: 21, connect: 72 },
  certificateEnds: NOW + 60 * DAY_S,
  roundTrip: 23.4567,
  auth: 'none',
  newest: NOW - 120,
};
const HOSTILE: Health = {
  relay: 'wss://b.example/a=1\'"\\|x',
  parts: {},
  certificateEnds: undefined,
  problem: { end: 'closed', reason: 'a | rtt=0;;;\nRELAY OK\u001b[2J\u202e' },
};

const shown = (healths: readonly Health[], format: (typeof CHECK_FORMATS)[number]) =>
  linesOf(
    healths.map(health => judge(health, BOUNDS, NOW)),
    format,
    BOUNDS,
  );

/** The text format of Prometheus, version 0.0.4: names, labels with their escapes, a number. */
const SAMPLE =
  /^([a-zA-Z_:][\w:]*)\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)+)\} (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

describe('Prometheus', () => {
  test('gets lines that are its text format: each metric once, with help and type, each sample once', () => {
    const lines = shown([WHOLE, HOSTILE], 'prometheus');
    const types = new Set<string>();
    const samples = new Set<string>();
    let current = '';
    for (const line of lines) {
      const head = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
      if (head?.[1] === 'HELP') {
        current = head[2]!;
        assert.ok(!types.has(current), line);
        types.add(current);
      } else if (head) assert.deepEqual([head[2], head[3]], [current, 'gauge']);
      else {
        const sample = SAMPLE.exec(line);
        assert.ok(sample, line);
        assert.equal(sample[1], current);
        const series = `${sample[1]}{${sample[2]}}`;
        assert.ok(!samples.has(series), series);
        samples.add(series);
      }
    }
    assert.ok(lines.includes('nost_relay_round_trip_seconds{relay="wss://a.example"} 0.0234567'));
    assert.ok(lines.includes('nost_relay_up{relay="wss://b.example/a=1\'\\"\\\\|x"} 0'));
    assert.ok(lines.includes('nost_relay_handshake_seconds{relay="wss://a.example",part="tls"} 0.03'));
  });
});

describe('Nagios', () => {
  test('gets one line, and performance data with the bounds', () => {
    assert.deepEqual(shown([WHOLE], 'nagios'), [
      'RELAY OK - wss://a.example: round trip 23.457 ms, certificate ends in 60 days, newest event 2 min old' +
        ' | round_trip=0.023457s;1;5;0 certificate_days=60;14:;3: newest_event=120s;;3600;0',
    ]);
  });

  test('is told of several relays in lines of their own', () => {
    const [first, ...rest] = shown([WHOLE, { ...WHOLE, relay: "wss://b/x='" }], 'nagios');
    assert.match(
      first!,
      /^RELAY OK - 2 of 2 relays are ok \| round_trip=0\.023457s;.* 'wss:\/\/b\/x__ round_trip'=/,
    );
    assert.equal(rest.length, 2);
  });
});

test('no format lets the words of a relay break a line, steer a terminal, or pass for data', () => {
  for (const format of CHECK_FORMATS)
    for (const line of shown([HOSTILE], format)) {
      assert.ok(!/[\u0000-\u001f\u007f]/.test(line), `${format}: ${line}`);
      if (format === 'nagios') assert.ok(!line.includes('|'), line);
    }
});

test('people get the worst first', () => {
  const [line] = shown([{ ...WHOLE, roundTrip: 6000 }], 'text');
  assert.match(line!, /^critical {2}wss:\/\/a\.example {2}round trip 6000 ms, certificate ends in 60 days, /);
});

test('a reason of a megabyte is cut for people and plugins, and whole in JSON', () => {
  const reason = 'x'.repeat(1_000_000);
  const long: Health = { ...HOSTILE, problem: { end: 'closed', reason } };
  for (const format of ['text', 'nagios'] as const)
    assert.ok(shown([long], format).join('\n').length < 1000, format);
  assert.ok(shown([long], 'json')[0]!.includes(reason));
});
