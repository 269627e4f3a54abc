// Random values of the protocol for property tests, and how long to look. Seeded: a failure repeats.
import fc from 'fast-check';
import type { Event, EventTemplate } from '../../src/protocol/event.ts';
import type { Filter } from '../../src/protocol/filter.ts';
import { bytesToHex, hexToBytes } from '../../src/protocol/hex.ts';
import { publicKeyOf } from '../../src/protocol/keys.ts';
import { person } from './people.ts';

/** `NOST_SOAK=100` makes every property run a hundred times as long. */
const SOAK = Math.max(1, Number(process.env['NOST_SOAK'] ?? 1) || 1);

/** Seed and number of runs of one property. */
export function runs(numRuns: number): { seed: number; numRuns: number } {
  return { seed: Number(process.env['NOST_SEED'] ?? 20260723), numRuns: numRuns * SOAK };
}

/** `fc.record` of ordinary objects: without a prototype they equal nothing that was parsed. */
export const record = ((model: Record<string, fc.Arbitrary<unknown>>, constraints: object = {}) =>
  fc.record(model, { noNullPrototype: true, ...constraints })) as typeof fc.record;

/** Any text that has a UTF-8 form, with the characters that trip escapers. */
export const text = fc.string({
  maxLength: 30,
  unit: fc.oneof(
    { weight: 3, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
    fc.constantFrom('"', '\\', '\n', '\0', '\u001f', '\u007f', '\u2028', '/', '<', '😀', '\ufeff'),
  ),
});

export const hex32 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map(bytes => Buffer.from(bytes).toString('hex'));

export const time = fc.oneof(fc.nat({ max: 20 }), fc.maxSafeNat());

export const kind = fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 65535 }));

export const tags = fc.array(
  fc.oneof(
    fc.array(text, { maxLength: 4 }),
    fc.tuple(fc.constantFrom('e', 'p', 't', 'd', 'E', '-', 'expiration'), text),
  ),
  { maxLength: 6 },
);

export const template: fc.Arbitrary<EventTemplate> = record({
  created_at: time,
  kind,
  tags,
  content: text,
});

export const secretKey = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .filter(bytes => bytes.some(byte => byte !== 0) && bytes.some(byte => byte !== 255));

export const signedEvent: fc.Arbitrary<Event> = fc
  .tuple(template, secretKey)
  .map(([draft, secret]) => person(bytesToHex(secret)).sign(draft));

/** The handful of values that make filters hit. */
const IDS = ['aa', 'bb', 'cc', 'dd'].map(byte => byte.repeat(32));
const PUBKEYS = ['11', '22'].map(byte => publicKeyOf(hexToBytes(byte.repeat(32))));
const VALUES = ['', 'x', 'X', 'y', ...IDS];

/** Unsigned, from few values: for matching, where signatures do not matter. */
export const looseEvent: fc.Arbitrary<Event> = record({
  id: fc.oneof(fc.constantFrom(...IDS), hex32),
  pubkey: fc.constantFrom(...PUBKEYS),
  created_at: fc.nat({ max: 6 }),
  kind: fc.nat({ max: 3 }),
  tags: fc.array(
    fc.oneof(
      fc.tuple(fc.constantFrom('e', 't', 'T', 'tt'), fc.constantFrom(...VALUES)),
      fc.tuple(fc.constantFrom('t'), fc.constant('other'), fc.constantFrom(...VALUES)),
      fc.constantFrom<string[]>([], ['t'], ['e']),
    ),
    { maxLength: 4 },
  ),
  content: fc.constant(''),
  sig: fc.constant('00'.repeat(64)),
});

const list = <T>(...values: T[]) => fc.array(fc.constantFrom(...values), { maxLength: 3 });

export const filter: fc.Arbitrary<Filter> = record(
  {
    ids: list(...IDS),
    authors: list(...PUBKEYS),
    kinds: fc.array(fc.nat({ max: 3 }), { maxLength: 3 }),
    since: fc.nat({ max: 6 }),
    until: fc.nat({ max: 6 }),
    limit: fc.nat({ max: 4 }),
    search: text,
    '#t': list(...VALUES),
    '#T': list(...VALUES),
    '#e': list(...IDS),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Filter>;
