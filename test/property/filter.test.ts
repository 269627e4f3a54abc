// Laws of filters, against a matcher written as dumbly as possible, and against nostr-tools where it is right.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as tools from 'nostr-tools/filter';
import type { Event } from '../../src/protocol/event.ts';
import {
  compileFilters,
  type Filter,
  matchFilter,
  parseFilter,
  selectEvents,
} from '../../src/protocol/filter.ts';
import { filter, looseEvent, runs } from '../support/arbitraries.ts';

/** NIP-01 read aloud: one loop for each sentence. */
function dumbMatch(f: Filter, event: Event): boolean {
  let ok = true;
  for (const [field, condition] of Object.entries(f) as [string, unknown][]) {
    if (field === 'limit' || field === 'search') continue;
    if (field === 'since') ok &&= event.created_at >= (condition as number);
    else if (field === 'until') ok &&= event.created_at <= (condition as number);
    else {
      let any = false;
      for (const wanted of condition as unknown[]) {
        if (field === 'ids') any ||= event.id === wanted;
        else if (field === 'authors') any ||= event.pubkey === wanted;
        else if (field === 'kinds') any ||= event.kind === wanted;
        else
          for (const tag of event.tags) any ||= tag.length > 1 && `#${tag[0]}` === field && tag[1] === wanted;
      }
      ok &&= any;
    }
  }
  return ok;
}

const events = fc.uniqueArray(looseEvent, { maxLength: 12, selector: event => event.id });

describe('filters', () => {
  test('match as the dumb matcher does', () => {
    fc.assert(
      fc.property(filter, looseEvent, (f, event) => assert.equal(matchFilter(f, event), dumbMatch(f, event))),
      runs(400),
    );
  });

  test('match as nostr-tools does where it follows NIP-01', () => {
    // nostr-tools looks past since and until of 0, and at tags of any length and element.
    fc.assert(
      fc.property(filter, looseEvent, (f, event) => {
        fc.pre(f.until !== 0 && event.tags.every(tag => tag.length === 2));
        assert.equal(matchFilter(f, event), tools.matchFilter(f as tools.Filter, event));
      }),
      runs(500),
    );
  });

  test('survive the way through JSON', () => {
    fc.assert(
      fc.property(filter, f => assert.deepEqual(parseFilter(JSON.parse(JSON.stringify(f))), f)),
      runs(100),
    );
  });

  test('one more condition never matches more, one more filter never less', () => {
    fc.assert(
      fc.property(filter, filter, looseEvent, (a, b, event) => {
        if (matchFilter({ ...b, ...a }, event)) assert.ok(matchFilter(a, event));
        const [alone, both] = [compileFilters([a])(event), compileFilters([a, b])(event)];
        assert.equal(both, alone || compileFilters([b])(event));
      }),
      runs(300),
    );
  });
});

describe('selectEvents', () => {
  test('is the union of each filter’s newest, in order, without doubles', () => {
    fc.assert(
      fc.property(events, fc.array(filter, { maxLength: 3 }), (all, filters) => {
        const wanted = new Set<string>();
        for (const f of filters) {
          const matching = all.filter(event => dumbMatch(f, event));
          // An event is in when fewer than `limit` others come before it.
          for (const event of matching) {
            const before = matching.filter(
              other =>
                other.created_at > event.created_at ||
                (other.created_at === event.created_at && other.id < event.id),
            );
            if (before.length < (f.limit ?? Number.POSITIVE_INFINITY)) wanted.add(event.id);
          }
        }
        const chosen = selectEvents(all, filters);
        assert.deepEqual(new Set(chosen.map(({ id }) => id)), wanted);
        assert.equal(chosen.length, wanted.size);
        for (const [i, event] of chosen.entries()) {
          const next = chosen[i + 1];
          if (!next) break;
          assert.ok(
            event.created_at > next.created_at ||
              (event.created_at === next.created_at && event.id < next.id),
          );
        }
      }),
      runs(300),
    );
  });
});
