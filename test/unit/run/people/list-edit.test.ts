// Edits of lists against a relay, with nostr-tools as the other client: it reads what is written here, and the other way.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { decrypt as nip04Decrypt, encrypt as nip04Encrypt } from 'nostr-tools/nip04';
import { getConversationKey, decrypt as nip44Decrypt, encrypt as nip44Encrypt } from 'nostr-tools/nip44';
import type { Failure } from '../../../../src/errors.ts';
import type { EventTemplate, Tag } from '../../../../src/protocol/event.ts';
import { listInfo } from '../../../../src/protocol/nip51.ts';
import { CommandEnd } from '../../../../src/run/command-end.ts';
import type { EditRunFlags } from '../../../../src/run/people/edit.ts';
import { editList, type ListEdit } from '../../../../src/run/people/list-edit.ts';
import { showList } from '../../../../src/run/people/list-show.ts';
import { whereBy } from '../../../../src/run/people/where.ts';
import { type CommandSettings, commandWorld, keyOf, NETWORK } from '../../../support/command-context.ts';
import { A, B, type Person, T0 } from '../../../support/people.ts';
import { startNost } from '../../../support/relays.ts';
import { ask } from '../../../support/wire.ts';

const MUTES = 10000;
const own = getConversationKey(A.secretKey, A.publicKey);
const hidden = (tags: unknown) => nip44Encrypt(typeof tags === 'string' ? tags : JSON.stringify(tags), own);
const shown = (content: string): Tag[] => JSON.parse(nip44Decrypt(content, own));

const cat: Tag = ['p', 'ca'.repeat(32), 'wss://x.com', 'cat', 'more'];
const dog: Tag = ['t', 'dog'];
const odd: Tag = ['__proto__', '\u0000\u007f\u202e'];

interface Settings extends CommandSettings {
  held?: Partial<EventTemplate> | undefined;
  edit?: Partial<Omit<ListEdit, 'list'>>;
  kind?: number;
  flags?: Partial<EditRunFlags>;
}

/** The relay, and what it has after the edit. */
async function world(t: TestContext, { held, kind = MUTES, flags, edit, ...settings }: Settings) {
  const seed = held === undefined ? [] : [A.sign({ kind, ...held })];
  const relay = await startNost({ seed });
  t.after(() => relay.close());
  const { context, told, end } = commandWorld({ now: () => (T0 + 100) * 1000, ...settings });
  t.after(end);
  const commandEnd = new CommandEnd(context.deadline);
  const all: EditRunFlags = { ...NETWORK, relay: [relay.url], yes: true, ...flags };
  const where = await whereBy(context, all, { end: commandEnd });
  const list = listInfo(kind)!;
  const edited = () =>
    editList(
      context,
      { list, d: undefined, verb: 'add', items: [], isPrivate: false, ...edit },
      { flags: all, where, key: keyOf(A), end: commandEnd },
    );
  const show = async (key: Person | undefined) => {
    const own = key && { pubkey: key.publicKey, signer: () => keyOf(key).signer() };
    await showList(context, { list, d: edit?.d }, { author: A.publicKey, own, where });
    return told.stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line));
  };
  const newest = async () => (await ask(relay.url, { filters: [{ kinds: [kind] }] })).events[0]!;
  return { edited, show, newest, told, seed };
}

async function editedList(t: TestContext, settings: Settings) {
  const { edited, newest, told, seed } = await world(t, settings);
  const fault = await edited().then(
    () => undefined,
    error => error as Failure,
  );
  return { fault, event: await newest(), seed: seed[0]!, ...told };
}

describe('a list with private items of nostr-tools', () => {
  const held = { tags: [odd, dog, ['alt', 'x']], content: hidden([cat, odd]) };

  test('is shown with them to their author', async t => {
    const { show } = await world(t, { held });
    assert.deepEqual(
      (await show(A)).map(({ tag, private: isPrivate }) => [tag, isPrivate]),
      [
        [dog, false],
        [cat, true],
      ],
    );
  });

  test('is shown without them to others, who are told', async t => {
    const { show, told } = await world(t, { held });
    assert.deepEqual(
      (await show(undefined)).map(({ tag }) => tag),
      [dog],
    );
    assert.match(told.stderr, /there are private items, too/);
  });

  test('gets private items at their end, and nostr-tools reads all of them', async t => {
    const items = [['t', 'x'], cat.slice(0, 2), ['t', 'X']];
    const { event, stderr } = await editedList(t, { held, edit: { items, isPrivate: true } });
    assert.deepEqual(event.tags, held.tags);
    assert.deepEqual(shown(event.content), [cat, odd, ['t', 'x']]);
    assert.match(stderr, /already there: npub1/);
  });

  test('keeps its content byte for byte where public items come and go', async t => {
    const added = await editedList(t, { held, edit: { items: [['word', 'a']] } });
    assert.deepEqual([added.event.tags, added.event.content], [[...held.tags, ['word', 'a']], held.content]);
    const removed = await editedList(t, { held, edit: { verb: 'remove', items: [['t', 'DOG']] } });
    assert.deepEqual([removed.event.tags, removed.event.content], [[odd, ['alt', 'x']], held.content]);
  });

  test('loses an item wherever it is, and nothing else; --private looks at the private ones alone', async t => {
    const items = [['p', 'ca'.repeat(32)], dog];
    const both = await editedList(t, { held, edit: { verb: 'remove', items } });
    assert.deepEqual([both.event.tags, shown(both.event.content)], [[odd, ['alt', 'x']], [odd]]);
    const alone = await editedList(t, { held, edit: { verb: 'remove', items, isPrivate: true } });
    assert.deepEqual([alone.event.tags, shown(alone.event.content)], [held.tags, [odd]]);
    assert.match(alone.stderr, /not there: \["t","dog"\]/);
  });

  test('has an item in one place: it is told where', async t => {
    const open = await editedList(t, { held, edit: { items: [cat] } });
    assert.match(open.stderr, /already there, among the private items: npub1.*like that already/s);
    const closed = await editedList(t, { held, edit: { items: [dog], isPrivate: true } });
    assert.match(closed.stderr, /already there, for everybody to see/);
    for (const { event, seed } of [open, closed]) assert.deepEqual(event, seed);
  });

  test('stays as it is where another petname is given, which is told; a relay of a code is no matter', async t => {
    const items = [['p', cat[1]!, '', 'tom'], dog];
    const { event, seed, stderr } = await editedList(t, { held, edit: { items, isPrivate: true } });
    assert.match(stderr, /already there, and not as given \(remove it first, to change it\): npub1/);
    const hinted = await editedList(t, {
      held,
      edit: { items: [['p', cat[1]!, 'wss://y.com']], isPrivate: true },
    });
    assert.match(hinted.stderr, /already there: npub1/);
    for (const each of [event, hinted.event]) assert.deepEqual(each, seed);
  });

  test('has an empty content when the last private item goes', async t => {
    const { event } = await editedList(t, {
      held,
      edit: { verb: 'remove', items: [cat, odd], isPrivate: true },
    });
    assert.equal(event.content, '');
  });

  test('shows at a terminal which private items change', async t => {
    const { stderr, event } = await editedList(t, {
      held,
      edit: { items: [['t', 'x']], isPrivate: true },
      flags: { yes: false },
      answer: 'y',
    });
    assert.match(stderr, /^\+ \["t","x"\] \(private\)\nit goes to/m);
    assert.equal(shown(event.content).length, 3);
  });
});

describe('private items in the old form (NIP-04)', () => {
  const content = nip04Encrypt(A.secretKey, A.publicKey, JSON.stringify([cat]));

  test('are read, and written in the new one when they change', async t => {
    const { event, stderr } = await editedList(t, {
      held: { content },
      edit: { items: [dog], isPrivate: true },
    });
    assert.deepEqual(shown(event.content), [cat, dog]);
    assert.match(stderr, /old form \(NIP-04\)/);
  });

  test('stay as they are where public ones change', async t => {
    const { event } = await editedList(t, { held: { content }, edit: { items: [dog] } });
    assert.deepEqual(JSON.parse(nip04Decrypt(A.secretKey, A.publicKey, event.content)), [cat]);
    assert.equal(event.content, content);
  });
});

describe('a content that cannot be read', () => {
  const others = getConversationKey(B.secretKey, B.publicKey);
  const contents: Record<string, string> = {
    'of another key': nip44Encrypt('[["t","x"]]', others),
    'of another key, in the old form': nip04Encrypt(B.secretKey, B.publicKey, '[["t","x"]]'),
    'that is a text': 'hello',
    'with an object': hidden({ a: 1 }),
    'with tags that hold numbers': hidden([['t', 1]]),
    'with what is not JSON': hidden('[["t"'),
  };
  for (const [what, content] of Object.entries(contents))
    test(`${what} is never written over`, async t => {
      const held = { content, tags: [dog] };
      for (const verb of ['add', 'remove'] as const) {
        const { fault, event, seed } = await editedList(t, {
          held,
          edit: { verb, items: [cat], isPrivate: true },
        });
        assert.deepEqual([fault?.kind, fault?.code, event], ['refused', 'not_decrypted', seed]);
      }
      const added = await editedList(t, { held, edit: { items: [cat] } });
      assert.deepEqual([added.event.content, added.event.tags], [content, [dog, cat]]);
      assert.match(added.stderr, /the private items cannot be read \(.*\), and stay as they are/);
      const removed = await editedList(t, { held, edit: { verb: 'remove', items: [dog] } });
      assert.deepEqual([removed.event.content, removed.event.tags], [content, []]);
      assert.match(removed.stderr, /cannot be read \(.*stay as they are/);
      const unknown = await editedList(t, { held, edit: { verb: 'remove', items: [cat] } });
      assert.equal(unknown.fault?.code, 'not_decrypted');
      const { show, told } = await world(t, { held });
      await assert.rejects(show(A), { code: 'not_decrypted' });
      assert.match(told.stdout, /dog/);
    });
});

describe('a list', () => {
  test('without private items keeps its content, whatever that is', async t => {
    const held = { content: '{"wss://old.example":{"read":true}}', tags: [cat] };
    const { event } = await editedList(t, { kind: 3, held, edit: { items: [['p', 'dd'.repeat(32)]] } });
    assert.deepEqual([event.content, event.tags], [held.content, [cat, ['p', 'dd'.repeat(32)]]]);
  });

  test('whose items are all private has no others', async t => {
    const items = [['relay', 'wss://x.com']];
    const { event } = await editedList(t, { kind: 10013, edit: { items }, flags: { create: true } });
    assert.deepEqual([event.tags, shown(event.content)], [[], items]);
  });

  test('that is a set has its identifier first, and is not another set', async t => {
    const items = [['p', 'dd'.repeat(32)]];
    const { event } = await editedList(t, {
      kind: 30000,
      edit: { items, d: 'a b' },
      flags: { create: true },
    });
    assert.deepEqual(event.tags, [['d', 'a b'], ...items]);
    const other = { tags: [['d', 'b'], ...items] };
    const { fault } = await editedList(t, { kind: 30000, held: other, edit: { items, d: 'a' } });
    assert.equal(fault?.code, 'not_found');
    assert.match(fault!.message, /has a set "a" \(follow-set\) of npub1/);
  });

  test('of ten thousand items is read, and written', async t => {
    const many = Array.from({ length: 10_000 }, (_, i) => [
      'p',
      i.toString(16).padStart(8, '0').padStart(64, 'a'),
    ]);
    const held = { tags: many.slice(0, 5000), content: hidden(many.slice(5000)) };
    const { event, fault, stderr } = await editedList(t, {
      held,
      edit: { verb: 'remove', items: many.slice(1, 9999) },
    });
    assert.equal(fault, undefined);
    assert.deepEqual([event.tags, shown(event.content)], [[many[0]], [many[9999]]]);
    const again = await editedList(t, { held, edit: { items: [...many, dog] } });
    assert.equal(again.fault, undefined);
    assert.match(again.stderr, /already there: (npub1\w+, ){4}npub1\w+ and 4995 more/);
    assert.equal(again.event.tags.length, 5001);
    assert.equal(stderr.includes('not there'), false);
  });

  test('shows the first hundred of many changes', async t => {
    const items = Array.from({ length: 150 }, (_, i) => ['word', `w${i}`]);
    const { stderr, event } = await editedList(t, {
      held: { tags: [dog] },
      edit: { items },
      flags: { yes: false },
      answer: 'y',
    });
    assert.match(stderr, /\+ \["word","w99"\]\nand 50 more changes\nit goes to/);
    assert.equal(event.tags.length, 151);
  });

  test('takes no secret key, also not among the private items', async t => {
    const uri = `nostr+walletconnect://${'ab'.repeat(32)}?relay=wss://r.example&secret=${'cd'.repeat(32)}`;
    const secrets = [
      [true, A.secretHex],
      [false, A.secretHex],
      [true, uri],
      [false, uri],
    ] as const;
    for (const [isPrivate, secret] of secrets) {
      const items = [['word', secret]];
      const { fault, event, seed } = await editedList(t, {
        held: { tags: [dog] },
        edit: { items, isPrivate },
      });
      assert.match(
        fault!.message,
        /(?:a secret key|a URI with the secret of a wallet).* stands among the items/,
      );
      assert.deepEqual(event, seed);
    }
  });
});
