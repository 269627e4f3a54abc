import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PrettyPresenter, type RecordLayout } from '../../../../src/output/pretty/presenter.ts';
import { barOf } from '../../../../src/output/pretty/table.ts';
import { styleFor } from '../../../../src/output/style.ts';
import { A, B } from '../../../support/people.ts';

const style = await styleFor(false);

function presenter(layout: RecordLayout = 'blocks', columns = 80, accounts: [string, string][] = []) {
  const shown = new PrettyPresenter({ columns: () => columns, style, layout, accounts: new Map(accounts) });
  const present = (...records: object[]) => shown.present(records.map(record => JSON.stringify(record)));
  return { present, shown };
}

describe('output for people', () => {
  test('events are cards, by the name of an own account or a short npub', () => {
    const { present } = presenter('blocks', 80, [[A.publicKey, 'alice']]);
    assert.match(
      present(A.note('hello')),
      /^2023-11-14 22:13:20 UTC {2}alice {2}note\n {2}hello\n {2}[0-9a-f]{64}\n\n$/,
    );
    assert.match(present(B.note('hello')), /UTC {2}npub1\w{6}…\w{5} {2}note/);
  });

  test('a profile that came by names its author beside the npub, in safe characters', () => {
    const { present } = presenter();
    present(B.sign({ kind: 0, content: '{"name":"Bob\\u001b[2J"}' }));
    assert.match(present(B.note('x')), /UTC {2}Bob\\u001b\[2J \(npub1\w{6}…\w{5}\) {2}note/);
  });

  test('an envelope tells its relay, and what came live', () => {
    const { present } = presenter();
    const event = A.note('x');
    assert.match(present({ relay: 'wss://a', stored: true, event }), /note {2}wss:\/\/a\n/);
    assert.match(present({ relay: 'wss://a', stored: false, event }), /note {2}wss:\/\/a {2}live\n/);
  });

  test('the message in a gift wrap is a card that says it is unsigned; what decode says of an event is none', () => {
    const { present } = presenter('rows', 80, [[A.publicKey, 'alice']]);
    const { sig: _, ...rumor } = A.sign({ kind: 14, content: 'see you\n\nat nine' });
    assert.match(
      present(rumor),
      /^2023-11-14 22:13:20 UTC {2}alice {2}dm {2}unsigned\n {2}see you\n\n {2}at nine\n {2}[0-9a-f]{64}\n\n$/,
    );
    assert.doesNotMatch(present({ type: 'event', ...rumor }), /unsigned/);
    assert.doesNotMatch(present({ ...rumor, kind: 'dm' }), /unsigned/);
  });

  test('a message of dm read names accounts; what came by NIP-04 says so, and is shown as it was decrypted', () => {
    const { present } = presenter('rows', 80, [[A.publicKey, 'alice']]);
    const { sig: _, ...rumor } = B.sign({ kind: 14, content: 'hi', tags: [['p', A.publicKey]] });
    const read = present({ ...rumor, relay: 'wss://a', wrap: 'f'.repeat(64), expiry: null });
    assert.match(read, /dm {2}wss:\/\/a\n {2}hi\n {2}p=alice\n/);
    const old = present({ ...rumor, kind: 4, relay: 'wss://a', wrap: null, expiry: null });
    assert.match(old, /wss:\/\/a {2}NIP-04\n {2}hi\n/);
  });

  test('a record is a block, with what is long beside its name', () => {
    const { present } = presenter('blocks', 16);
    assert.equal(
      present({ name: 'x', text: 'one two three', none: null }),
      'name  x\ntext  one two\n      three\nnone  –\n\n',
    );
  });

  test('a finding is a card with its frames, where no line is wider than the terminal', () => {
    const event = A.note('what it is about');
    const { present } = presenter('findings', 60);
    const text = present({
      url: 'ws://a.example',
      level: 'error',
      message: 'NIP-45 is claimed, but a COUNT is closed: error: \u001b[31m not today, and not tomorrow',
      field: 'supported_nips.45',
      evidence: [`9 ms #1 → ${JSON.stringify(['EVENT', event])}`],
    });
    assert.match(text, /^error {4}NIP-45 is claimed, but a COUNT is closed: error:\n {9}/);
    assert.match(text, /\n {9}supported_nips\.45 of ws:\/\/a\.example\n {11}9 ms #1 → \["EVENT",/);
    assert.match(text, /\\u001b\[31m/);
    assert.match(text, /what it\s+is\s+about/);
    assert.doesNotMatch(text, new RegExp(event.sig));
    for (const line of text.split('\n')) assert.ok(line.length <= 60, line);
  });

  test('rows stand under one head as long as the columns stay', () => {
    const { present } = presenter('rows');
    const first = present({ relay: 'wss://a', ms: 7, ok: true }, { relay: 'wss://bc', ms: 123, ok: false });
    assert.equal(first, 'relay     ms   ok\nwss://a     7  yes\nwss://bc  123  no\n');
    assert.equal(present({ relay: 'wss://a', ms: 1, ok: true }), 'wss://a     1  yes\n');
    assert.equal(
      present({ relay: 'wss://long', ms: 1, ok: true }),
      'relay       ms   ok\nwss://long    1  yes\n',
    );
  });

  test('rows that do not fit are blocks', () => {
    const { present } = presenter('rows', 30);
    const record = {
      npub: `npub1${'q'.repeat(58)}`,
      pubkey: 'x',
      name: 'alice',
      path: '/a/long/path/of/a/file',
    };
    assert.match(present(record), /^npub {4}npub1/);
  });

  test('documents of relays stand side by side at the end, few at a time where it is narrow', () => {
    const documents = [
      { url: 'wss://a', name: 'A', limitation: { max_limit: 5 } },
      { url: 'wss://b', limitation: { max_limit: 7, auth_required: true } },
    ];
    const wide = presenter('columns');
    assert.equal(wide.present(...documents), '');
    assert.equal(
      wide.shown.end(),
      'url            wss://a  wss://b\nname           A        –\nmax_limit      5        7\nauth_required  –        yes\n\n',
    );
    const narrow = presenter('columns', 40);
    narrow.present(...documents);
    assert.match(narrow.shown.end(), /^url {12}wss:\/\/a\n[\s\S]*\n\nurl {12}wss:\/\/b\n/);
  });

  test('what is no JSON stays a line', () => {
    assert.equal(presenter().shown.present(['ws://a', '{no']), 'ws://a\n{no\n');
  });

  test('a bar is as long as its share, in eighths of a column', () => {
    assert.deepEqual(
      [0, 0.5, 0.51, 1, 2].map(share => barOf(share)),
      ['', '█████', '█████▏', '██████████', '██████████'],
    );
  });
});
