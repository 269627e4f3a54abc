// The tables of flags: what is known of them when the program is built, and what every table must hold.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { command } from '../../../src/commands/command.ts';
import { COMMANDS } from '../../../src/commands/index.ts';
import { COMMON_FLAGS } from '../../../src/flags/common-flags.ts';
import {
  choice,
  duration,
  type FlagsOf,
  type FlagTable,
  flags,
  namesOf,
  off,
  on,
  placeholderOf,
  text,
  value,
} from '../../../src/flags/flag.ts';
import { wholeNumber } from '../../../src/flags/values.ts';

const TABLE = flags('Query', {
  stream: on('-f, --stream', 'keep the subscription open'),
  maxEvents: value('-n, --max-events <n>', 'end after n events', wholeNumber(1)),
  pipeline: value('--pipeline <n>', 'events in flight', wholeNumber(1), { default: 50 }),
  relayTimeout: duration('--relay-timeout <duration>', 'silence', { default: '15s' }),
  color: choice('--color <when>', 'colours', ['auto', 'never']),
  report: text('--report <file>', 'write the endings'),
  verify: off('--no-verify', 'do not check'),
});

type Flags = FlagsOf<typeof TABLE>;

describe('the type of the flags of a table', () => {
  // Each line is checked by tsc: a comment that expects an error where there is none is an error itself.
  test('has every flag, and those with a default always', () => {
    const given: Flags = { pipeline: 1, relayTimeout: 2, verify: true };
    const pipeline: number = given.pipeline;
    const verify: boolean = given.verify;
    const color: 'auto' | 'never' | undefined = given.color;
    // @ts-expect-error without a default it may be absent
    const maxEvents: number = given.maxEvents;
    assert.deepEqual([pipeline, verify, color, maxEvents], [1, true, undefined, undefined]);
  });

  test('has no flag that is misspelt', () => {
    const given: Flags = { pipeline: 1, relayTimeout: 2, verify: true };
    // @ts-expect-error it is maxEvents
    assert.equal(given.maxEvent, undefined);
  });

  test('holds values of the type that the parser gives', () => {
    // @ts-expect-error a number is not a text
    const wrong: Flags = { pipeline: '1', relayTimeout: 2, verify: true };
    // @ts-expect-error nor another word than the choices
    const other: Flags = { ...wrong, color: 'always' };
    assert.ok(other);
  });

  test('refuses a default of another type', () => {
    // @ts-expect-error the parser gives numbers
    assert.ok(value('--pipeline <n>', '', wholeNumber(1), { default: 'many' }));
    // @ts-expect-error it is none of the choices
    assert.ok(choice('--color <when>', '', ['auto', 'never'], { default: 'always' }));
  });

  test('is what a command gets, without a word about types', () => {
    const typed = command({
      examples: [],
      exits: [],
      flags: TABLE,
      run: async (_context, { flags }) => {
        const pipeline: number = flags.pipeline;
        // @ts-expect-error this command has no --limit
        assert.equal(flags.limit, pipeline - pipeline);
      },
    });
    assert.equal(typed.flags, TABLE);
  });

  test('binds a command whose run wants flags that its table has not', () => {
    const run = async (_context: unknown, _invocation: { flags: { limit: number } }) => {};
    // @ts-expect-error there is no --limit in the table
    assert.ok(command({ examples: [], exits: [], flags: TABLE, run }));
  });
});

describe('how a flag is spelt', () => {
  for (const [spelling, names, placeholder] of [
    ['-n, --max-events <n>', ['-n', '--max-events'], 'n'],
    ['-e <id>', ['-e'], 'id'],
    ['--no-verify', ['--no-verify'], undefined],
    ['--trace[=file]', ['--trace'], undefined],
    ['--filter <json|@file|->', ['--filter'], 'json|@file|-'],
    ['-t, --tag <name=value[;more…]>', ['-t', '--tag'], 'name=value[;more…]'],
  ] as const)
    test(`${spelling} tells its names and what its value is`, () => {
      assert.deepEqual(namesOf({ spelling }), names);
      assert.equal(placeholderOf({ spelling }), placeholder);
    });
});

describe('a value that does not parse', () => {
  test('names its flag by the long name', () => {
    assert.throws(() => TABLE.maxEvents.parse('x'), {
      message: '--max-events: "x" is not a whole number of at least 1',
      code: 'bad_value',
    });
  });
});

/** `--max-events` → `maxEvents`, `--no-verify` → `verify`. */
function keyOf(name: string): string {
  const words = name.replace(/^--?(?:no-)?/, '');
  return words.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

describe('the flags of every command', async () => {
  const tables: (readonly [name: string, FlagTable])[] = await Promise.all(
    COMMANDS.map(async ({ name, load }) => [name, { ...(await load()).flags, ...COMMON_FLAGS }] as const),
  );
  for (const [command, table] of tables) {
    const entries = Object.entries(table);

    test(`nost ${command} reads each flag by its long name`, () => {
      for (const [key, flag] of entries) assert.equal(key, keyOf(namesOf(flag).at(-1)!));
    });

    test(`nost ${command} has no two flags of one name`, () => {
      const names = entries.flatMap(([, flag]) => namesOf(flag));
      assert.deepEqual(names, [...new Set(names)]);
    });

    test(`nost ${command} forbids only flags that it has`, () => {
      for (const name of entries.flatMap(([, { conflicts }]) => conflicts)) assert.ok(table[name], name);
    });

    test(`nost ${command} shows a value exactly where one is taken`, () => {
      for (const [, flag] of entries) {
        const takesValue = flag.takes === 'value' || flag.takes === 'values';
        assert.equal(placeholderOf(flag) !== undefined, takesValue, flag.spelling);
        assert.equal(flag.spelling.includes('[='), flag.takes === 'optional', flag.spelling);
        assert.equal(flag.spelling.startsWith('--no-'), flag.takes === 'negation', flag.spelling);
      }
    });

    test(`nost ${command} has defaults that are among the choices`, () => {
      for (const [, { choices, default: fallback }] of entries) {
        if (choices && fallback !== undefined) assert.ok(choices.includes(fallback as string));
      }
    });
  }
});
