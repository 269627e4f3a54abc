// Articles are published against relays, with nostr-tools as the other client that reads drafts and writes them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeEntity } from '../../../../src/protocol/nip19.ts';
import { hidden, newestAt, published, relayWith, shown } from '../../../support/article-world.ts';
import { deadUrl } from '../../../support/counted-relay.ts';
import { A, B, T0, withBrokenSignature } from '../../../support/people.ts';

const [ARTICLE, DRAFT] = [30023, 31234];

const held = A.sign({
  kind: ARTICLE,
  created_at: T0 + 7,
  tags: [
    ['zap', B.publicKey, 'wss://x.com', '1'],
    ['d', 'x'],
    ['title', 'Old'],
    ['summary', 's'],
    ['published_at', 'then'],
    ['t', 'A', 'b'],
  ],
  content: 'one\ntwo\nthree\n',
});

describe('an article', () => {
  test('that is new is made without --create, dated, and told by its code', async t => {
    const relay = await relayWith(t, []);
    const { stdout, fault } = await published(t, '---\ntitle: T\ntags: [B]\n---\ntext', { relays: [relay] });
    assert.equal(fault, undefined);
    const { tags, content } = (await newestAt(relay, ARTICLE))!;
    assert.deepEqual(tags, [
      ['d', 'x'],
      ['title', 'T'],
      ['published_at', String(T0 + 100)],
      ['t', 'b'],
    ]);
    assert.equal(content, 'text');
    assert.deepEqual(decodeEntity(stdout.trim()), {
      type: 'naddr',
      identifier: 'x',
      pubkey: A.publicKey,
      kind: ARTICLE,
      relays: [relay],
    });
  });

  test('keeps the tags that the file does not speak of, and the first time, whatever it says; what goes is told', async t => {
    const relay = await relayWith(t, [held]);
    const { stderr } = await published(t, '---\ntitle: New\ntags: [A]\n---\none\ntwo\n', { relays: [relay] });
    const { tags } = (await newestAt(relay, ARTICLE))!;
    assert.deepEqual(tags, [
      held.tags[0],
      ['d', 'x'],
      ['title', 'New'],
      ['published_at', 'then'],
      ['t', 'A', 'b'],
    ]);
    assert.match(stderr, /^no longer there: summary "s"$/m);
    const bare = await published(t, 'one\n', { relays: [await relayWith(t, [held])] });
    assert.match(
      bare.stderr,
      /^no longer there: title "Old"\nno longer there: summary "s"\nno longer there: tags "A"$/m,
    );
  });

  test('is warned of where it has what readers can do nothing with', async t => {
    const file = '---\ntitle: T\nimage: cover.png\npublished_at: 2999-01-02\n---\ntext';
    const { stderr } = await published(t, file, {
      relays: [await relayWith(t, [])],
      flags: { dryRun: true },
    });
    assert.match(stderr, /image is a URL, not "cover.png"/);
    assert.match(stderr, /published_at is in the future: 2999-01-02T00:00:00Z/);
  });

  test('that has no time of publication gets that of its version, and only where something else changes', async t => {
    const undated = A.sign({ kind: ARTICLE, tags: [['d', 'x']], content: 'text', created_at: T0 + 3 });
    const relay = await relayWith(t, [undated]);
    const same = await published(t, 'text', { relays: [relay] });
    assert.match(same.stderr, /is like that already; nothing was written/);
    assert.deepEqual(await newestAt(relay, ARTICLE), undated);
    assert.doesNotMatch(same.stderr, /is a URL|future/);
    await published(t, 'another', { relays: [relay] });
    assert.deepEqual((await newestAt(relay, ARTICLE))!.tags, [
      ...undated.tags,
      ['published_at', String(T0 + 3)],
    ]);
    const ahead = [await relayWith(t, [A.sign({ ...undated, created_at: T0 + 900 })])];
    const { stdout } = await published(t, 'another', { relays: ahead, flags: { dryRun: true } });
    assert.deepEqual(JSON.parse(stdout).tags[1], ['published_at', String(T0 + 100)]);
  });

  test('that is there already has no answers of relays to print', async t => {
    const relay = await relayWith(t, [held]);
    const file = '---\ntitle: Old\nsummary: s\ntags: [A]\n---\none\ntwo\nthree\n';
    const { stdout, stderr } = await published(t, file, { relays: [relay], flags: { results: true } });
    assert.equal(stdout, '');
    assert.match(stderr, /like that already/);
  });

  test('that is there already and not at every relay it would go to is told where it lacks', async t => {
    const relays = [await relayWith(t, [held]), await relayWith(t, [])];
    const file = '---\ntitle: Old\nsummary: s\ntags: [A]\n---\none\ntwo\nthree\n';
    const { stderr } = await published(t, file, { relays });
    assert.match(
      stderr,
      new RegExp(`^it is not at ${relays[1]}: nost fetch nevent1\\w+ \\| nost publish - ${relays[1]}$`, 'm'),
    );
    const long = await published(t, file, { relays: [`${relays[0]}/?token=${'x'.repeat(300)}`, relays[1]!] });
    assert.match(long.stderr, /^it is not at .*: nost fetch nevent1\w{60,80} \|/m);
    const whole = await published(t, file, { relays: relays.slice(0, 1) });
    assert.doesNotMatch(whole.stderr, /it is not at/);
  });

  test('without an identifier is found behind the cap of a relay, and nothing of it is lost', async t => {
    const nameless = A.sign({ kind: ARTICLE, tags: [['zap', 'z']], content: 'old', created_at: T0 - 900 });
    const others = Array.from({ length: 25 }, (_, i) =>
      A.sign({ kind: ARTICLE, tags: [['d', `a${i}`]], created_at: T0 + i }),
    );
    const relay = await relayWith(t, [nameless, ...others], { maxLimit: 10 });
    const { stdout } = await published(t, '---\nd: ""\n---\nnew', {
      relays: [relay],
      flags: { dryRun: true },
    });
    assert.deepEqual(JSON.parse(stdout).tags, [
      ['zap', 'z'],
      ['published_at', String(T0 - 900)],
    ]);
  });

  test('that is named by the secret key, or holds it, is refused before a relay hears of it', async t => {
    const relays = [await deadUrl()];
    for (const flags of [{}, { draft: true }])
      for (const d of [A.secretHex, `my-${A.secretHex}`]) {
        const { fault, stderr } = await published(t, `---\nd: ${d}\n---\ntext`, { relays, flags });
        assert.equal(fault?.code, 'bad_event');
        assert.match(fault.message, /the secret key that is to sign it/);
        assert.equal(stderr, '');
      }
    const lone = await published(t, '---\nd: "\\ud800"\n---\ntext', { relays });
    assert.equal(lone.fault?.code, 'bad_event');
  });

  test('is shown at a terminal with what changes, tags and lines; an answer that is no yes writes nothing', async t => {
    const relay = await relayWith(t, [held]);
    const flags = { yes: false };
    const file = '---\ntitle: Old\nsummary: s\ntags: [A]\n---\none\n2\nthree\n';
    const { stderr, fault } = await published(t, file, { relays: [relay], flags, answer: 'n' });
    assert.match(stderr, /^- two\n\+ 2\nit goes to ws:\S+\nSign and publish this\?/m);
    assert.equal(fault?.code, 'not_confirmed');
    assert.deepEqual(await newestAt(relay, ARTICLE), held);
    const fresh = await published(t, 'text', { relays: [await relayWith(t, [])], flags, answer: 'n' });
    assert.match(fresh.stderr, /^there is none of this identifier yet\n\+ \["d","x"\]/m);
  });

  test('with --dry-run is printed as an event, and not sent', async t => {
    const relay = await relayWith(t, [held]);
    const { stdout } = await published(t, 'text', { relays: [relay], flags: { dryRun: true } });
    assert.equal(JSON.parse(stdout).content, 'text');
    assert.deepEqual(await newestAt(relay, ARTICLE), held);
  });

  test('is written over the newest of all relays, not over a forgery, and not where one has not answered', async t => {
    const lie = withBrokenSignature(A.sign({ kind: ARTICLE, tags: [['d', 'x']], created_at: T0 + 50 }));
    const newer = A.sign({
      kind: ARTICLE,
      tags: [
        ['d', 'x'],
        ['client', 'y'],
      ],
      created_at: T0 + 20,
    });
    const relays = [await relayWith(t, [held]), await relayWith(t, [newer]), await relayWith(t, [lie])];
    const { stdout } = await published(t, 'text', { relays, flags: { dryRun: true } });
    assert.deepEqual(JSON.parse(stdout).tags, [
      ['d', 'x'],
      ['client', 'y'],
      ['published_at', String(T0 + 20)],
    ]);
    const down = await published(t, 'text', { relays: [...relays, await deadUrl()] });
    assert.deepEqual([down.fault?.kind, down.stdout], ['partial', '']);
    const none = await published(t, 'text', { relays: [await deadUrl()] });
    assert.equal(none.fault?.kind, 'unreachable');
  });

  test('prints the code also where fewer relays take it than are asked, and names those alone that have it', async t => {
    const relays = [await relayWith(t, []), await relayWith(t, [], { rules: { readOnly: true } })];
    const { stdout } = await published(t, 'text', { relays });
    assert.deepEqual((decodeEntity(stdout.trim()) as { relays: string[] }).relays, relays.slice(0, 1));
  });

  test('has no token of a relay in its code, which is for everybody', async t => {
    const relays = [`${await relayWith(t, [])}/?token=secret`];
    const { stdout } = await published(t, 'text', { relays });
    assert.deepEqual((decodeEntity(stdout.trim()) as { relays: string[] }).relays, []);
  });

  test('that another client writes meanwhile is not written over, and it is not said that texts are merged', async t => {
    const newer = A.sign({ ...held, content: 'newer', created_at: T0 + 50 });
    const relay = await relayWith(t, [held]);
    const flags = { yes: false };
    const settings = { relays: [relay], flags, answer: 'y', meanwhile: newer };
    const { fault } = await published(t, 'text', settings);
    assert.match(fault!.message, /a newer .* was written meanwhile: nothing was written/);
    assert.match(
      fault!.hint!,
      /^See what it says: nost article show naddr1\w+\nThe same again puts your file in its place/,
    );
    assert.deepEqual(await newestAt(relay, ARTICLE), newer);
  });
});

describe('a draft', () => {
  const template = {
    kind: ARTICLE,
    tags: [
      ['d', 'x'],
      ['zap', 'z'],
      ['title', 'Old'],
    ],
    content: 'old',
    created_at: 5,
  };
  const draft = A.sign({
    kind: DRAFT,
    tags: [
      ['d', 'x'],
      ['k', '30023'],
      ['expiration', '9999999999'],
    ],
    content: hidden(template),
  });
  const flags = { draft: true };

  test('is one that nostr-tools reads: an unsigned event without a time of publication', async t => {
    const relay = await relayWith(t, []);
    await published(t, '---\ntitle: T\n---\n', { relays: [relay], flags });
    const { tags, content } = (await newestAt(relay, DRAFT))!;
    assert.deepEqual(tags, [
      ['d', 'x'],
      ['k', '30023'],
    ]);
    assert.deepEqual(shown(content), {
      pubkey: A.publicKey,
      created_at: T0 + 100,
      kind: ARTICLE,
      tags: [
        ['d', 'x'],
        ['title', 'T'],
      ],
      content: '',
    });
  });

  test('of nostr-tools keeps its tags, inside and outside; one that says the same is not written again', async t => {
    const relay = await relayWith(t, [draft]);
    const same = await published(t, '---\ntitle: Old\n---\nold', { relays: [relay], flags });
    assert.match(same.stderr, /the draft "x" is like that already/);
    assert.deepEqual(await newestAt(relay, DRAFT), draft);
    await published(t, '---\ntitle: New\n---\nnew', { relays: [relay], flags });
    const { tags, content } = (await newestAt(relay, DRAFT))!;
    assert.deepEqual(tags, draft.tags);
    const { tags: inner, content: text } = shown(content);
    assert.deepEqual(
      [inner, text],
      [
        [
          ['d', 'x'],
          ['zap', 'z'],
          ['title', 'New'],
        ],
        'new',
      ],
    );
  });

  test('that cannot be read is not written over; one that was taken back is begun anew', async t => {
    for (const content of ['AgAA', hidden('x'), hidden({ ...template, kind: 1 })]) {
      const broken = A.sign({ kind: DRAFT, tags: [['d', 'x']], content });
      const relay = await relayWith(t, [broken]);
      const { fault } = await published(t, 'text', { relays: [relay], flags });
      assert.equal(fault?.code, 'not_decrypted');
      assert.deepEqual(await newestAt(relay, DRAFT), broken);
    }
    const relay = await relayWith(t, [A.sign({ kind: DRAFT, tags: [['d', 'x']] })]);
    await published(t, 'text', { relays: [relay], flags });
    assert.equal(shown((await newestAt(relay, DRAFT))!.content).content, 'text');
  });

  test('of another program: its article has the identifier of the draft where it has none, and else keeps its own', async t => {
    const tagsOf = async (inner: string[][], text: string) => {
      const content = hidden({ ...template, tags: inner });
      const relay = await relayWith(t, [A.sign({ kind: DRAFT, tags: [['d', 'x']], content })]);
      await published(t, text, { relays: [relay], flags });
      return shown((await newestAt(relay, DRAFT))!.content).tags;
    };
    assert.deepEqual(await tagsOf([['zap', 'z']], 'new'), [
      ['d', 'x'],
      ['zap', 'z'],
    ]);
    assert.deepEqual(await tagsOf([['d', 'y']], 'new'), [['d', 'y']]);
  });

  test('goes nowhere where the list of private relays cannot be read, or names none that can be used', async t => {
    const lists = [
      { tags: [['relay', 'wss://r.example']], content: 'AgAA' },
      { tags: [['relay', 'x y']], content: '' },
    ];
    for (const list of lists) {
      const index = await relayWith(t, [A.sign({ kind: 10013, ...list }), A.sign({ kind: 10002 })]);
      const { fault, stdout } = await published(t, 'text', { env: index, flags });
      assert.equal(fault?.kind, 'refused');
      assert.match(fault.message, /^your list of private relays .*nothing was written/);
      assert.equal(stdout, '');
      assert.equal(await newestAt(index, DRAFT), undefined);
      const named = await published(t, 'text', { relays: [index], flags });
      assert.equal(named.fault, undefined);
    }
  });

  test('does not hold a secret key, for it is to be published', async t => {
    const relay = await relayWith(t, []);
    const { fault } = await published(t, `my key: ${A.secretHex}`, { relays: [relay], flags });
    assert.match(fault!.message, /holds the secret key that is to sign it; --allow-nsec/);
    assert.equal(await newestAt(relay, DRAFT), undefined);
  });

  test('goes to the private relays of one’s list, and --auth lets them know who asks', async t => {
    const secret = await relayWith(t, [], { auth: true });
    const list = A.sign({ kind: 10013, content: hidden([['relay', secret]]) });
    const index = await relayWith(t, [list, A.sign({ kind: 10002, tags: [] })]);
    const refused = await published(t, 'text', { env: index, flags });
    assert.deepEqual([refused.fault?.kind, refused.stdout], ['partial', '']);
    assert.match(refused.stderr, /private relays: \S+ \(where they want to know who asks: --auth\)/);
    const { stdout, fault } = await published(t, 'text', { env: index, flags: { ...flags, auth: true } });
    assert.equal(fault, undefined);
    assert.deepEqual((decodeEntity(stdout.trim()) as { relays: string[] }).relays, [secret]);
    assert.equal(await newestAt(index, DRAFT), undefined);
  });

  test('needs as many answers as --require says, of those that are asked for the list, too', async t => {
    const [kept, lost] = [await relayWith(t, []), await deadUrl()];
    const tags = [kept, lost].map(url => ['relay', url]);
    const index = await relayWith(t, [A.sign({ kind: 10013, content: hidden(tags) })]);
    assert.equal((await published(t, 'text', { env: index, flags })).fault?.kind, 'partial');
    const { fault } = await published(t, 'text', { env: index, flags: { ...flags, require: 2 } });
    assert.equal(fault, undefined);
    assert.equal((await newestAt(kept, DRAFT))!.tags[0]![1], 'x');
  });
});
