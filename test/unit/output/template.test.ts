import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvalidTemplate, parseTemplate, templateFormatter } from '../../../src/output/template.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { decodeEntity } from '../../../src/protocol/nip19.ts';
import { readEvent } from '../../../src/protocol/scanner/event-scanner.ts';
import { streamed } from '../../support/streamed.ts';

const EVENT: Event = {
  id: '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d',
  pubkey: '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e',
  created_at: 1700000000,
  kind: 1,
  tags: [['e', 'first', 'x'], ['e', 'second'], ['t', 'a\nb'], ['empty']],
  content: 'one\ntwo\t\u0007 ¯\\_(ツ)_/¯ "quoted"',
  sig: 'ab'.repeat(64),
};

const print = (template: string, event: Partial<Event> = {}, relay = 'wss://a.example') =>
  templateFormatter(parseTemplate(template))({
    relay,
    stored: true,
    events: [streamed({ ...EVENT, ...event })],
  })
    .join('')
    .slice(0, -1);

describe('a template', () => {
  for (const [template, line] of [
    ['%{id} %{kind}', `${EVENT.id} 1`],
    ['%{pubkey}%{sig}', EVENT.pubkey + EVENT.sig],
    ['%{created_at} %{date}', '1700000000 2023-11-14T22:13:20Z'],
    ['%{content}', 'one\\ntwo\\t\\u0007 ¯\\\\_(ツ)_/¯ "quoted"'],
    ['%{tags}', '[["e","first","x"],["e","second"],["t","a\\nb"],["empty"]]'],
    ['%{tag.e}|%{tag.t}|%{tag.empty}|%{tag.nothing}', 'first|a\\nb||'],
    ['%{relay}', 'wss://a.example'],
    ['100%% \\t\\n\\\\n {id}', '100% \t\n\\n {id}'],
    ['', ''],
  ] as const)
    test(JSON.stringify(template), () => assert.equal(print(template), line));

  test('encodes what people share', () => {
    const [npub, note, nevent] = print('%{npub} %{note} %{nevent}').split(' ');
    assert.deepEqual(decodeEntity(npub!), { type: 'npub', pubkey: EVENT.pubkey });
    assert.deepEqual(decodeEntity(note!), { type: 'note', id: EVENT.id });
    const { id, pubkey: author, kind } = EVENT;
    assert.deepEqual(decodeEntity(nevent!), {
      type: 'nevent',
      id,
      relays: ['wss://a.example'],
      author,
      kind,
    });
    const long = print('%{nevent}', {}, `wss://a.example/${'x'.repeat(300)}`);
    assert.deepEqual(decodeEntity(long), { type: 'nevent', id, relays: [], author, kind });
  });

  test('prints a time that no calendar reaches as its number', () =>
    assert.equal(print('%{date}', { created_at: 9e15 }), String(9e15)));

  test('makes one line of each event, also of those still in bytes', () => {
    const format = templateFormatter(parseTemplate('%{kind}'));
    const events = [readEvent(Buffer.from(JSON.stringify(EVENT)))!, streamed({ ...EVENT, kind: 7 })];
    assert.equal(format({ relay: '', stored: true, events }).join(''), '1\n7\n');
  });

  for (const [template, message] of [
    ['%{nope}', /no field "nope"; there are id, .*nevent.* and tag\.NAME$/],
    ['%{constructor}', /no field/],
    ['%{tag.}', /no field "tag\."/],
    ['%{id', /"%" means nothing/],
    ['50%', /"%" means nothing/],
    ['\\q', /means nothing/],
    ['\\', /means nothing/],
  ] as const)
    test(`is not ${template}`, () =>
      assert.throws(
        () => parseTemplate(template),
        (error: Error) => error instanceof InvalidTemplate && message.test(error.message),
      ));
});
