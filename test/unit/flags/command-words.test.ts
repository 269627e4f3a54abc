import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CommandWords, readWords } from '../../../src/flags/command-words.ts';
import {
  choice,
  duration,
  flags,
  joined,
  list,
  off,
  on,
  optional,
  text,
  value,
} from '../../../src/flags/flag.ts';
import { wholeNumber } from '../../../src/flags/values.ts';

const TABLE = flags('Query', {
  stream: on('-f, --stream', ''),
  maxEvents: value('-n, --max-events <n>', '', wholeNumber(1), { conflicts: ['stream'] }),
  pipeline: value('--pipeline <n>', '', wholeNumber(1), { default: 50 }),
  wait: duration('--wait <duration>', '', { default: '15s', variable: 'NOST_TEST_WAIT' }),
  when: choice('--when <when>', '', ['auto', 'never']),
  pair: list('-t, --pair <a=b>', '', text => text.split('=')),
  kind: joined('-k, --kind <kind>', '', text => text.split(',').map(Number)),
  report: text('--report <file>', ''),
  trace: optional('--trace[=file]', ''),
  verify: off('--no-verify', ''),
});

const TAKING = { flags: TABLE, args: [{ spelling: '[relay...]', description: '' }] };
const COMMON = { logFormat: 'text', color: 'auto' };
const ABSENT = { ...COMMON, pipeline: 50, wait: 15_000, verify: true };

function read(line: string): CommandWords<typeof TABLE> {
  const words = readWords('req', TAKING, line === '' ? [] : line.split(' '));
  assert.ok(words);
  return words;
}

/** Runs `body` with a variable in the environment of this process, where the parser looks for it. */
function withVariable(name: string, content: string, body: () => void): void {
  process.env[name] = content;
  try {
    body();
  } finally {
    delete process.env[name];
  }
}

describe('the words of a command line', () => {
  for (const [line, given] of [
    ['', {}],
    ['-f --report x', { stream: true, report: 'x' }],
    ['-n 3 --pipeline=7', { maxEvents: 3, pipeline: 7 }],
    ['--wait 2m --when never', { wait: 120_000, when: 'never' }],
    [
      '-t a=b --pair c=d',
      {
        pair: [
          ['a', 'b'],
          ['c', 'd'],
        ],
      },
    ],
    ['-k 1,2 -k 3', { kind: [1, 2, 3] }],
    ['--no-verify', { verify: false }],
    ['--trace', { trace: '' }],
    ['--trace=x.txt', { trace: 'x.txt' }],
    ['-q', { quiet: 1 }],
    ['-qq -v', { quiet: 2, verbose: true }],
    ['-q -q --quiet', { quiet: 3 }],
    ['--log-format json --color never', { logFormat: 'json', color: 'never' }],
  ] as const)
    test(`${line || 'none at all'} gives what the tables say`, () => {
      assert.deepEqual({ ...read(line).flags }, { ...ABSENT, ...given });
    });

  test('that are no flags are arguments, in order', () => {
    assert.deepEqual(read('wss://a --trace wss://b -f -- -f').args, ['wss://a', 'wss://b', '-f']);
  });

  test('read twice give the same', () => {
    assert.equal(read('-q').flags.quiet, 1);
    assert.equal(read('-q').flags.quiet, 1);
    assert.deepEqual(read('-k 1').flags.kind, [1]);
  });

  for (const line of ['-h', '--help', 'wss://a -f --help'])
    test(`${line} asks for help`, () => assert.equal(readWords('req', TAKING, line.split(' ')), undefined));

  for (const [line, message, code, hint] of [
    ['--bogus', 'unknown option --bogus', 'unknown_flag', 'nost req -h shows what it takes.'],
    ['--bogus=secret', 'unknown option --bogus', 'unknown_flag', 'nost req -h shows what it takes.'],
    ['-zsecret', 'unknown option -z', 'unknown_flag', 'nost req -h shows what it takes.'],
    [
      '-n 1 -f --max-events=2',
      '--max-events is given twice, and has one value',
      'bad_value',
      'Give one -n or --max-events.',
    ],
    [
      '--report a --report a',
      '--report is given twice, and has one value',
      'bad_value',
      'Give one --report.',
    ],
    ['--when never --when auto', '--when is given twice, and has one value', 'bad_value', 'Give one --when.'],
    ['--trace=a --trace', '--trace is given twice, and has one value', 'bad_value', 'Give one --trace.'],
    ['-n 0', '--max-events: "0" is not a whole number of at least 1', 'bad_value', undefined],
    ['-n', '--max-events is given without its value, <n>', 'usage', 'nost req -h shows what it takes.'],
    ['--when later', '--when: "later" is none of auto, never', 'usage', 'nost req -h shows what it takes.'],
    [
      '-f -n 1',
      "option '-n, --max-events <n>' cannot be used with option '-f, --stream'",
      'usage',
      'nost req -h shows what it takes.',
    ],
  ] as const)
    test(`${line} is a usage error`, () => {
      assert.throws(() => read(line), { kind: 'usage', message, code, hint });
    });
});

describe('an environment variable', () => {
  test('gives a value that the line does not, read in the same way', () => {
    withVariable('NOST_TEST_WAIT', '1m', () => {
      assert.equal(read('').flags.wait, 60_000);
      assert.equal(read('--wait 2s').flags.wait, 2000);
    });
  });

  test('with a bad value is an error of its flag', () => {
    withVariable('NOST_TEST_WAIT', 'abc', () =>
      assert.throws(() => read(''), { kind: 'usage', message: /^--wait: not a duration: "abc"/ }),
    );
  });
});

describe('a command without arguments', () => {
  test('takes none', () => {
    assert.throws(() => readWords('key list', { flags: {} }, ['x']), {
      message: 'nost key list takes no such word: "x"',
      code: 'bad_arguments',
      hint: 'nost key list -h shows what it takes.',
    });
  });
});
