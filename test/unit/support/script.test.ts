import assert from 'node:assert/strict';
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { verifyEvent } from 'nostr-tools/pure';
import { checkScript, runScript } from '../../support/script.ts';
import { checkJson, checkText, checkTranscript, valuesAt } from '../../support/script-checks.ts';
import { signFixture } from '../../support/script-fixtures.ts';
import { ScriptFailure, type World } from '../../support/script-run.ts';
import {
  expand,
  parsePairs,
  parsePattern,
  parseScript,
  type RelayKind,
} from '../../support/script-syntax.ts';
import { startScriptedRelay } from '../../support/scripted-relay.ts';
import * as step from '../../support/scripted-steps.ts';

const secretHex = `${'00'.repeat(31)}03`;
/** A world whose relays accept every event, and whose `nost` is whatever file is given. */
function world(program?: string): World & { started: [RelayKind, Record<string, unknown>][] } {
  const started: [RelayKind, Record<string, unknown>][] = [];
  return {
    started,
    secretOf: () => secretHex,
    startRelay: async (kind, options) => {
      started.push([kind, options]);
      return await startScriptedRelay([step.repeat(undefined, step.expectFrame('EVENT'), step.ok(true))]);
    },
    ...(program === undefined ? {} : { program }),
  };
}

const run = (text: string, there = world(), kind: RelayKind = 'nost'): Promise<void> =>
  runScript('test.txt', text, kind, there);

/** The failure of a script that must fail. */
async function failureOf(text: string): Promise<ScriptFailure> {
  try {
    await run(text);
  } catch (error) {
    assert.ok(error instanceof ScriptFailure, String(error));
    return error;
  }
  assert.fail('the script should have failed');
}

describe('a script', () => {
  it('runs commands and holds them to their output', async () => {
    await run(`
# a comment
$ echo hello; echo world >&2
> hello
2> world
stdout /^hel+o$/
stdout hello
! stdout world
stderr-lines 1
$ printf ''
stdout empty
stdout-lines 0`);
  });

  it('lets no wait end that is too long', async () => {
    const waits = [90, 100].map(ms => `setTimeout(() => console.log(${ms}), ${ms})`);
    await run(
      `endless 100ms\n$ node -e '${waits.join('.unref(); ')}.unref(); setTimeout(() => {}, 95)'\n> 90`,
    );
  });

  it('goes on over line ends, in bash, with the failures of a pipe seen on demand', async () => {
    await run('$ echo one \\\n  two\n> one two');
    await run('$ false | true');
    await run('pipefail: yes\n$ false | true\nexit 1');
  });

  it('writes its files, gives stdin, and compares files', async () => {
    await run(`
stdin in.txt
$ cat
same stdout in.txt
$ cat
stdout empty
set X = 7
stdin "a\\n$X"
$ cat
> a
> 7
-- in.txt --
one

two
`);
  });

  it('keeps a silent stdin open until the command ends by itself', async () => {
    await run('stdin open\n$ read -t 0.1 line\nexit 142\nafter 90ms');
  });

  it('captures variables and uses them everywhere', async () => {
    await run(`
$ echo '{"id":"a.b","n":[1,2]}'
set ID stdout .id
set N stdout .n[1]
set LETTER stdout /"(b|a)\\./
set ALL stdout
$ echo "$ID \${N} $LETTER"; echo "$ALL"
> a.b 2 a
> {"id":"a.b","n":[1,2]}
stdout /^$ID/
! stdout /^a.x/
env FROM=$N
$ echo $FROM
> 2`);
  });

  it('looks into JSON of stdout, stderr and files', async () => {
    await run(`
$ echo '{"kind":1,"ok":true}'; echo '{"kind":1}'; echo '{"type":"error"}' >&2; echo '{"end":"eose"}' >report
json .kind == 1
json [0].ok == true
json [-1].ok != true
! json .ok exists
json .kind >= 1
json stderr .type ~ /^err/
json report .end == eose`);
  });

  it('has a clean home of its own, and nothing of the caller', async () => {
    process.env['NOSTR_SECRET_KEY'] = 'x';
    try {
      await run(`
$ env | grep -E 'NOST|DISPLAY|DBUS'
exit 1
$ ls -A "$HOME" "$XDG_CONFIG_HOME" 2>/dev/null | wc -l
stdout 1
$ pwd
stdout /nost-script-/`);
    } finally {
      delete process.env['NOSTR_SECRET_KEY'];
    }
  });

  it('removes its directory and kills what it started', async () => {
    const failure = await failureOf('start S $ sleep 60\n$ pwd\n> x');
    const directory = /\[stdout\]\n(.*)/.exec(failure.message)![1]!;
    await assert.rejects(access(directory), { code: 'ENOENT' });
  });

  it('has the program on its PATH as `nost`, and signals reach it', async t => {
    const directory = await mkdtemp(join(tmpdir(), 'nost-program-'));
    t.after(() => rm(directory, { recursive: true }));
    const program = join(directory, 'program.mjs');
    await writeFile(program, 'console.log(process.argv.slice(2).join("|")); setTimeout(() => {}, 60_000);');
    const script = 'start S $ nost a "b c"\nwait S stdout a|b c\nkill S TERM\nfinish S\nexit 143';
    await run(script, world(program));
  });

  it('keeps what is too long for an environment in its file', async () => {
    await run(`
event E A content=${'x'.repeat(150_000)}
$ wc -l <E.json; echo "\${E:-unset}"
> 1
> unset`);
  });

  it('runs a command in the background, waits for its words, signals it', async () => {
    await run(`
start S $ trap 'echo bye; exit 3' TERM; echo ready; while :; do read -t 1 <> <(:); done
wait S stdout ready
kill S TERM
finish S
exit 3
> ready
> bye
start T $ sleep 60
kill T INT
finish T
exit 130
set W S /(ready)/
set V S`);
  });

  it('knows people and signs events as them', async () => {
    await run(`
key A
$ stat -c %a "$A_SEC"; cat "$A_SEC"
> 600
> ${secretHex}
event E A kind=7 content="a \\"b\\"" created_at=1700000001 e=$A_PUB tags=[["x","y"]]
$ cat E.json; echo "$E"
json .kind == 7
json .id == $E_ID
json .pubkey == $A_PUB
json .tags == [["e","$A_PUB"],["x","y"]]
stdout-lines 2`);
    assert.ok(verifyEvent(signFixture({ secretHex }, [['content', 'x']])));
  });

  it('starts relays of the kind it runs with, or of the kind it names, and seeds them', async () => {
    const there = world();
    await run(
      `relays: both
relay R
relay S nost auth=true name=x
event E A content=hi
seed R E more.jsonl
received R 2 /^\\["EVENT"/
$ echo $R
stdout /^ws:..127.0.0.1:\\d+$/
-- more.jsonl --
${JSON.stringify(signFixture({ secretHex }, []))}
`,
      there,
      'independent',
    );
    assert.deepEqual(there.started, [
      ['independent', {}],
      ['nost', { auth: true, name: 'x' }],
    ]);
    assert.deepEqual(parseScript('relays: both\n$ x').relays, ['nost', 'independent']);
  });

  it('runs a line only with the relay kind it is meant for', async () => {
    await run('[nost] $ true\n[independent] $ false');
    await assert.rejects(run('[nost] $ true\n[independent] $ false', world(), 'independent'), ScriptFailure);
  });

  it('plays scripted relays and asks what they received', async () => {
    await run(`
set WORD = hi
relay R scripted r.txt
$ exec 3<>"/dev/tcp/127.0.0.1/\${R##*:}"; printf 'GET / HTTP/1.1\\r\\nUpgrade: x\\r\\n\\r\\n' >&3; cat <&3
stdout 101 Switching
stdout ["NOTICE","hi"]
connections R 1
played R
! received R /./
-- r.txt --
send ["NOTICE","$WORD"]
end
`);
  });
});

describe('a script that is wrong fails', () => {
  const wrong: [string, string, RegExp][] = [
    ['an exit code nobody foresaw', '$ true\n$ exit 4\n$ true', /test.txt:2: \$ exit 4\nit should exit 0/],
    ['… also of the last command', '$ exit 4\nstdout empty', /test.txt:1: .*it should exit 0/s],
    ['another exit code', '$ exit 4\nexit 5', /test.txt:2: exit 5\nit should exit 5, but did 4/],
    ['output that is not there', '$ echo a\nstdout b', /it should contain b/],
    ['output that is too much', '$ echo a; echo b\n> a', /line 2 .*\(no more lines\)/s],
    ['output that is too little', '$ echo a\n> a\n> b', /line 2 .*\(missing\)/s],
    ['a pattern that does not match', '$ echo a\nstdout /^b/', /it should match/],
    ['a negation that does not hold', '$ echo a\n! stdout a', /it should not be so/],
    ['a wrong count', '$ echo a\nstdout-lines 2', /there should be 2, but there are 1/],
    ['a wrong field', '$ echo \'{"a":1}\'\njson .a == 2', /\.a should be == 2, but is 1/],
    ['JSON that is none', '$ echo {\njson .a == 2', /it is not JSON/],
    ['no JSON at all', '$ true\njson .a == 2', /there is no JSON at all/],
    ['a command too soon', '$ true\nafter 60s', /it took only \d+ ms/],
    ['a command that does not end', 'timeout: 100ms\n$ sleep 9', /it took too long/],
    ['a background command that never says it', 'start S $ echo a\nwait S stdout b', /it ended first/],
    ['an unknown verb', 'stduot a', /no such line; the verbs are/],
    ['an unknown variable', '$ true\nstdout $NOBODY', /\$NOBODY has no value/],
    ['an assertion without a command', 'stdout a', /no command has run yet/],
    ['a relay nobody started', 'stop R', /no relay is called R/],
    ['a file that differs', '$ echo a\nsame stdout f\n-- f --\nb', /should be the same as f/],
    ['a field to set that is not there', '$ echo {}\nset X stdout .a', /there is no \.a/],
    [
      'a relay that never had a connection',
      'relay R scripted f\nplayed R\n-- f --\nhang',
      /nobody connected/,
    ],
  ];
  for (const [what, text, complaint] of wrong) {
    it(`at ${what}`, async () => {
      assert.match((await failureOf(text)).message, complaint);
    });
  }

  it('and shows line, command, exit code, stdout and stderr', async () => {
    const { message, line } = await failureOf('\n$ echo out; echo err >&2; exit 3\nexit 2');
    assert.equal(line, 3);
    assert.equal(
      message,
      'test.txt:3: exit 2\nit should exit 2, but did 3\n$ echo out; echo err >&2; exit 3\n' +
        '[exit 3]\n[stdout]\nout\n\n[stderr]\nerr\n',
    );
  });

  it('at a setting nobody knows', () => {
    assert.throws(() => parseScript('relays: all\n$ true'), /line 1: no such setting/);
  });

  it('when a scripted relay could not do a step', async () => {
    const text = `
relay R scripted r.txt
$ exec 3<>"/dev/tcp/127.0.0.1/\${R##*:}"; printf 'GET / HTTP/1.1\\r\\nUpgrade: x\\r\\n\\r\\n' >&3; read -r line <&3
-- r.txt --
send $nobody`;
    assert.match((await failureOf(text)).message, /relay R: .*\$nobody has no value/);
  });
});

describe('the scripts of this project', () => {
  it('hold no word the engine does not know', async () => {
    const folder = join(import.meta.dirname, '../../scripts');
    for (const name of await readdir(folder)) {
      assert.deepEqual(checkScript(await readFile(join(folder, name), 'utf8')), [], name);
    }
  });

  it('would be told of such words', () => {
    assert.deepEqual(checkScript('stduot a\nrelay R scripted x\nrelay S scripted y\n-- y --\nsedn z'), [
      'line 1: no such verb: stduot',
      'line 2: x: it is not there',
      'line 3: y: line 1: unknown step "sedn"',
    ]);
  });
});

describe('the words of a script', () => {
  it('expands known variables only, and quotes them in patterns', () => {
    assert.equal(expand(`$A $${'{A}b'} a$ $1`, { A: 'x' }), 'x xb a$ $1');
    assert.throws(() => expand('$B', { A: 'x' }), /\$B has no value/);
    assert.ok(parsePattern('/^$A$/', { A: 'a.b' })!.test('a.b'));
    assert.ok(!parsePattern('/^$A$/', { A: 'a.b' })!.test('axb'));
    assert.equal(parsePattern('a/b', {}), undefined);
  });

  it('reads pairs', () => {
    assert.deepEqual(parsePairs('a=1 b="x \\"y\\"" c='), [
      ['a', '1'],
      ['b', 'x "y"'],
      ['c', ''],
    ]);
    assert.throws(() => parsePairs('a=1 b'), /name=value/);
  });

  it('lets `...` stand for lines of any number', () => {
    assert.equal(checkTranscript('a\nb\nc\n', 'a\n...\nc', {}), undefined);
    assert.equal(checkTranscript('a\n', 'a\n...', {}), undefined);
    assert.notEqual(checkTranscript('a\nb\n', '...\na', {}), undefined);
  });

  it('compares hex that looks like a number as text', () => {
    assert.equal(checkJson('{"id":"12e4"}', '.id == 12e4', {}), undefined);
    assert.notEqual(checkJson('{"id":"120000"}', '.id == 12e4', {}), undefined);
    assert.equal(checkJson('{"a":null}', '.a == null', {}), undefined);
    assert.notEqual(checkJson('{}', '.a == null', {}), undefined);
  });

  it('follows paths into lines and pretty JSON', () => {
    assert.deepEqual(valuesAt('{"a":[1,{"b":2}]}\n{"a":3}\n', '.a'), [[1, { b: 2 }], 3]);
    assert.deepEqual(valuesAt('{"a":[1,{"b":2}]}\n{"a":3}\n', '[0].a[-1].b'), [2]);
    assert.deepEqual(valuesAt('{\n "a": 1\n}\n', '.a'), [1]);
    assert.throws(() => valuesAt('{}', 'a'), /a path looks like/);
  });

  it('tells empty from a text', () => {
    assert.equal(checkText('', 'empty', {}), undefined);
    assert.notEqual(checkText('empty', 'empty', {}), undefined);
  });
});
