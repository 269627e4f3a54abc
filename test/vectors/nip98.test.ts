// The vectors of NIP-98.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import { checkHttpAuth, encodeHttpAuth, parseHttpAuth } from '../../src/protocol/nip98.ts';
import { describeWhole } from '../support/vectors.ts';

interface Case {
  name: string;
  accept: boolean;
  now: number;
  request: { method: string; url: string; body: string | null };
  authorization: string;
  event: Event;
  payload_required?: boolean;
}

/** Why each is refused; a right answer for a wrong reason is a wrong answer. */
const REASONS: Record<string, RegExp> = {
  'NIP-86 without payload': /payload tag is missing/,
  'payload of other body': /hash of the body/,
  '2 min old': /minute/,
  '2 min ahead': /minute/,
  'query dropped': /u tag/,
  'query reordered': /u tag/,
  'http vs https': /u tag/,
  'method mismatch': /method tag/,
  'wrong kind': /kind/,
  'missing u': /u tag/,
  'missing method': /method tag/,
  'wrong scheme': /scheme/,
  'garbage base64': /base64/,
  'bad signature': /signature|id/,
};

/** Why a request is refused; undefined when it is not. */
function refusalOf({ now, request, authorization, payload_required = false }: Case): string | undefined {
  const { method, url, body } = request;
  const bytes = body === null ? undefined : new TextEncoder().encode(body);
  try {
    const expected = { method, url, body: bytes, now, payloadRequired: payload_required };
    return checkHttpAuth(parseHttpAuth(authorization), expected);
  } catch (error) {
    return (error as Error).message;
  }
}

describeWhole('nip42-98/nip98.json', ({ cases }: { cases: Case[] }) => {
  for (const each of cases) {
    test(`${each.accept ? 'accepts' : 'refuses'}: ${each.name}`, () => {
      const unreadable = ['wrong scheme', 'garbage base64'].includes(each.name);
      const header = unreadable ? encodeHttpAuth(each.event) : each.authorization;
      assert.deepEqual(parseHttpAuth(header), each.event);
      if (each.accept) assert.equal(refusalOf(each), undefined);
      else assert.match(refusalOf(each) ?? '', REASONS[each.name]!);
    });
  }
});
