// Decoders of what servers publish and answer, and of what people type.
import assert from 'node:assert/strict';
import { UsageError } from '../../src/errors.ts';
import { InvalidTemplate, parseTemplate } from '../../src/output/template.ts';
import { InvalidKind, parseKinds } from '../../src/protocol/kind.ts';
import { InvalidNip05, isNip05Like, nip05Url, parseNip05, readNip05 } from '../../src/protocol/nip05.ts';
import {
  InvalidRelayInformation,
  parseRelayInformation,
  relayInformationFaults,
} from '../../src/protocol/nip11.ts';
import {
  articleOf,
  articleTags,
  formatMarkdown,
  InvalidMarkdown,
  splitMarkdown,
} from '../../src/protocol/nip23.ts';
import { draftContent, InvalidDraftContent, parseDraftContent } from '../../src/protocol/nip37.ts';
import { decodeHll, encodeHll, estimateHll, hllOffset, mergeHll, newHll } from '../../src/protocol/nip45.ts';
import {
  canonicalIp,
  checkManagementCall,
  InvalidManagement,
  parseManagementCall,
  parseManagementResponse,
} from '../../src/protocol/nip86.ts';
import { InvalidRelayUrl, meantUrl, normalizeRelayUrl, sameRelay } from '../../src/protocol/relay-url.ts';
import { InvalidDuration, InvalidTime, parseDuration, parseTime } from '../../src/protocol/time.ts';
import { parseFrontMatter } from '../../src/run/articles/front-matter.ts';
import { type Decoder, EVENT, ID, must, NotJson, NPUB, parsed, Refused } from './decoder.ts';
import { A, T0 } from './people.ts';

export const DOCUMENT_DECODERS: readonly Decoder[] = [
  {
    name: 'names (NIP-05)',
    seeds: ['bob@example.com', 'example.com', '_@sub.example.com:8080', 'a.b-c_d@x.y.z'],
    decode(text) {
      assert.equal(typeof isNip05Like(text), 'boolean');
      const name = parseNip05(text);
      assert.deepEqual(parseNip05(`${name.local}@${name.domain}`), name);
      const { host, protocol, pathname } = new URL(nip05Url(name));
      assert.deepEqual([protocol, pathname], ['https:', '/.well-known/nostr.json']);
      assert.equal(host, name.domain.replace(/:443$/, ''));
    },
    expected: [InvalidNip05],
  },
  {
    name: 'documents of names (NIP-05)',
    isJson: true,
    seeds: [
      `{"names":{"bob":"${A.publicKey}","__proto__":"${ID}"},"relays":{"${A.publicKey}":["wss://r.example"]}}`,
      `{"names":{"bob":"${NPUB}"},"relays":[]}`,
    ],
    decode(text) {
      const document = parsed(text);
      for (const name of ['bob', '__proto__', 'constructor', 'toString'])
        try {
          const { pubkey, relays } = readNip05(document, name);
          assert.match(pubkey, /^[0-9a-f]{64}$/);
          must(
            relays.every(relay => typeof relay === 'string'),
            'relays are texts',
          );
        } catch (error) {
          if (name === 'bob' || !(error instanceof InvalidNip05)) throw error;
        }
    },
    expected: [InvalidNip05, NotJson],
  },
  {
    name: 'documents of relays (NIP-11)',
    isJson: true,
    seeds: [
      '{"name":"r","supported_nips":[1,11],"limitation":{"max_limit":500,"auth_required":true},"fees":{"admission":[{"amount":1,"unit":"msats"}]}}',
    ],
    decode(text) {
      const document = parsed(text);
      must(
        relayInformationFaults(document).every(fault => fault.length < 500),
        'a fault is a line',
      );
      const printed = JSON.stringify(parseRelayInformation(document)); // 1e999 is null from here on
      assert.equal(JSON.stringify(parseRelayInformation(JSON.parse(printed))), printed);
    },
    expected: [InvalidRelayInformation, NotJson],
  },
  {
    name: 'counts (NIP-45)',
    seeds: ['00'.repeat(256), '39'.repeat(256), '01ef070505060806'.repeat(32)],
    decode(text) {
      const offset = hllOffset(text);
      must(offset >= 8 && offset <= 23, 'an offset is 8 to 23');
      const hll = decodeHll(text);
      if (!hll) throw new Refused();
      assert.equal(encodeHll(hll), text);
      must(estimateHll(mergeHll(newHll(), hll)) >= 0, 'a count is not negative');
    },
    expected: [Refused],
  },
  {
    name: 'management (NIP-86)',
    isJson: true,
    seeds: [
      `{"method":"banpubkey","params":["${A.publicKey}","spam"]}`,
      '{"method":"allowkind","params":[1]}',
      '{"method":"blockip","params":["::ffff:1.2.3.4"]}',
      '{"method":"supportedmethods"}',
    ],
    decode(text) {
      const { method, params } = checkManagementCall(parseManagementCall(text));
      assert.deepEqual(checkManagementCall({ method, params: [...params] }).params, params);
    },
    expected: [InvalidManagement],
  },
  {
    name: 'answers of management (NIP-86)',
    isJson: true,
    seeds: ['{"result":true,"error":""}', '{"error":"no"}', '{"result":[{"pubkey":"x"}]}'],
    decode: text => assert.equal(Object.keys(parseManagementResponse(text)).length, 1),
    expected: [InvalidManagement],
  },
  {
    name: 'relay URLs',
    seeds: [
      'wss://Relay.example/',
      'relay.example',
      'localhost:80',
      'wss://[::1]:7447/a/b?c=d#e',
      'ws//x.example',
    ],
    decode(text) {
      meantUrl(text);
      const url = normalizeRelayUrl(text);
      assert.equal(normalizeRelayUrl(url), url);
      must(sameRelay(text, url) && /^wss?:\/\/[^@/?#\s]+(?:[/?#]\S*)?$/.test(url), url);
    },
    expected: [InvalidRelayUrl],
  },
  {
    name: 'Markdown files of articles (NIP-23)',
    seeds: [
      '---\ntitle: "On rye: \\u202e"\nsummary: |\n  two\n  lines\ntags: [bread, "2024"]\npublished_at: 2023-11-14\nd: rye\n---\n# Rye\n---\n',
      '---\r\ntags: a, B\r\nimage: https://x.example/a#b\r\n# c\r\n---\r\ntext',
      '# no front matter\n---\n',
    ],
    decode(text) {
      const file = splitMarkdown(text);
      must(text.endsWith(file.text), 'the text is the end of the file');
      const { d = 'x', ...head } = parseFrontMatter(file.front ?? '', { name: 'x.md', ignored: [] });
      const tags = articleTags(undefined, { ...head, d });
      const again = splitMarkdown(formatMarkdown(articleOf({ tags, content: file.text })));
      const { d: named = '', ...same } = parseFrontMatter(again.front!, { name: 'x.md', ignored: [] });
      assert.deepEqual([articleTags(undefined, { ...same, d: named }), again.text], [tags, file.text]);
    },
    expected: [InvalidMarkdown, UsageError],
  },
  {
    name: 'drafts (NIP-37)',
    isJson: true,
    seeds: [
      '{"pubkey":"","created_at":17,"kind":30023,"tags":[["d","rye"]],"content":"Bake."}',
      '{"kind":1,"content":""}',
    ],
    decode(text) {
      const event = parseDraftContent(text);
      assert.deepEqual(parseDraftContent(draftContent({ ...event, pubkey: ID })), event);
    },
    expected: [InvalidDraftContent],
  },
  {
    name: 'kinds',
    seeds: ['1', '30000-30009,article', 'note,0-9', 'Group-State'],
    decode: text =>
      must(
        parseKinds(text).every(kind => Number.isInteger(kind) && kind >= 0 && kind < 65_536),
        'a kind is 0 to 65535',
      ),
    expected: [InvalidKind],
  },
  {
    name: 'times and durations',
    seeds: ['1700000000', '2h30m', '2023-11-14T22:13:20Z', 'yesterday', '2023-11-14', '1w'],
    decode(text) {
      must(Number.isSafeInteger(parseTime(text, T0)) && parseTime(text, T0) >= 0, 'a time is whole');
      must(parseDuration(text) >= 0, 'a duration is not negative');
    },
    expected: [InvalidTime, InvalidDuration],
  },
  {
    name: 'templates',
    seeds: ['%{date} %{npub} %{content}\\n', '%%%{tag.t}\\t\\\\'],
    decode: text => void parseTemplate(text).map(piece => piece(EVENT, 'wss://r.example')),
    expected: [InvalidTemplate],
  },
  {
    name: 'IP addresses',
    seeds: ['::ffff:1.2.3.4', '2001:db8::1', '127.0.0.1', 'fe80::1%eth0'],
    decode(text) {
      const ip = canonicalIp(text);
      if (ip === undefined) throw new Refused();
      assert.equal(canonicalIp(ip), ip);
    },
    expected: [Refused],
  },
];
