import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Filter } from '../../../../src/protocol/filter.ts';
import { type Page, Paging } from '../../../../src/relay/query/paging.ts';

const page = (received: number, oldest?: number) => ({ received, oldest });

/** Plays pages one after the other; returns the filters asked for and whether more was wanted after each. */
function play(filter: Filter, ...pages: Parameters<Paging['advance']>[]) {
  const paging = new Paging(filter);
  const asked: [limit: number | undefined, until: number | undefined][] = [];
  const more: boolean[] = [];
  for (const args of pages) {
    asked.push([paging.filter.limit, paging.filter.until]);
    more.push(paging.advance(...args));
  }
  return { paging, asked, more };
}

describe('paging', () => {
  test('asks from the top, then inside the last second of each page', () => {
    const { asked, more } = play({ kinds: [1] }, [page(500, 90)], [page(500, 70)], [page(3, 60)]);
    assert.deepEqual(asked, [
      [500, undefined],
      [500, 90],
      [500, 70],
    ]);
    assert.deepEqual(more, [true, true, true]);
  });

  test('keeps the rest of the filter, and takes its limit for the size of a page', () => {
    const filter = { kinds: [1], '#t': ['x'], since: 5, until: 99, limit: 20 };
    assert.deepEqual(new Paging(filter).filter, filter);
    assert.deepEqual(play(filter, [page(20, 50)]).paging.filter, { ...filter, until: 50 });
  });

  test('a short page is not the last; an empty one is', () => {
    const { more, paging } = play({}, [page(3, 90)], [page(1, 80)], [page(1, 80)], [page(0)]);
    assert.deepEqual(more, [true, true, true, false]);
    assert.deepEqual(paging.gaps, []);
  });

  test('an empty first page is the end', () => assert.deepEqual(play({}, [page(0)]).more, [false]));

  test('`finish` is the end (NIP-67), also of a page of one second', () => {
    const { more, paging } = play({}, [page(500, 90), 'more'], [page(500, 90), 'finish']);
    assert.deepEqual(more, [true, false]);
    assert.deepEqual(paging.gaps, []);
  });

  test('`more` on an empty page is a gap', () => {
    const { more, paging } = play({}, [page(5, 90)], [page(0), 'more']);
    assert.deepEqual(more, [true, false]);
    assert.match(paging.gaps.join(), /says there is more/);
  });

  test('limit 0 asks once and is complete', () => {
    const { more, paging } = play({ limit: 0 }, [page(0)]);
    assert.deepEqual([more, paging.gaps], [[false], []]);
  });

  test('both ends are inclusive: it stops before `since`, and works down to second 0', () => {
    assert.deepEqual(play({ since: 60 }, [page(9, 60)], [page(2, 60)]).more, [true, false]);
    assert.deepEqual(play({}, [page(9, 0)], [page(2, 0)]).more, [true, false]);
    assert.deepEqual(play({ until: 0 }, [page(2, 0)]).more, [false]);
  });

  test('a second that fills a page is asked again with a larger limit', () => {
    const { asked, paging } = play({}, [page(500, 90)], [page(500, 90)], [page(700, 80)], [page(500, 70)]);
    assert.deepEqual(asked, [
      [500, undefined],
      [500, 90],
      [5000, 90],
      [500, 80],
    ]);
    assert.deepEqual(paging.gaps, []);
  });

  test('a second too dense for the larger limit is a gap, and paging goes on before it', () => {
    const { asked, more, paging } = play(
      {},
      [page(500, 90)],
      [page(500, 90)],
      [page(5000, 90)],
      [page(1, 40)],
      [page(1, 40)],
      [page(0)],
    );
    assert.deepEqual(asked.slice(2), [
      [5000, 90],
      [500, 89],
      [500, 40],
      [500, 39],
    ]);
    assert.equal(more.at(-1), false);
    assert.deepEqual(paging.gaps, ['more events than a page can hold at created_at 90']);
  });

  test('a cap below the larger limit shows by what is older: no document is needed', () => {
    const { paging } = play(
      {},
      [page(100, 90)],
      [page(100, 90)],
      [page(7, 40)],
      [page(100, 90)],
      [page(7, 40)],
    );
    assert.match(paging.gaps.join(), /created_at 90/);
  });

  test('a second cut by hidden events is asked again with a larger limit when something older shows', () => {
    const { asked, paging } = play({}, [page(437, 90)], [page(437, 90)], [page(12, 40)], [page(460, 85)]);
    assert.deepEqual(asked, [
      [500, undefined],
      [500, 90],
      [500, 89],
      [5000, 90],
    ]);
    assert.deepEqual(paging.gaps, []);
  });

  describe('the oldest second, behind which nothing is', () => {
    const oldest = (received: number, ...before: number[]) =>
      play(
        {},
        ...before.map(count => [page(count, 50)] as [Page]),
        [page(received, 9)],
        [page(received, 9)],
        [page(0)],
      ).paging.gaps;

    test('is whole when it holds fewer than ten', () => assert.deepEqual(oldest(9), []));

    test('may be cut at any larger number, whatever the relay has sent before', () => {
      for (const received of [10, 37, 100, 499]) assert.match(oldest(received).join(), /created_at 9/);
      assert.match(oldest(100, 300).join(), /created_at 9/);
    });

    test('may be cut at a smaller one that the relay names itself', () => {
      const paging = new Paging({});
      paging.setCap(4);
      for (const seen of [page(4, 9), page(4, 9), page(0)]) paging.advance(seen);
      assert.deepEqual(paging.denseSeconds, [9]);
    });

    test('is judged also when `since` forbids to look further', () => {
      const { more, paging } = play({ since: 9 }, [page(500, 9)], [page(500, 9)], [page(5000, 9)]);
      assert.deepEqual(more, [true, true, false]);
      assert.match(paging.gaps.join(), /created_at 9/);
    });
  });

  test('a relay that ignores `until` is found out instead of believed', () => {
    const { more, paging } = play({}, [page(500, 90)], [page(500, 95)]);
    assert.deepEqual(more, [true, false]);
    assert.match(paging.gaps.join(), /does not honour `until`/);
  });

  test('a relay that takes `until: 0` for none has nothing older than that', () => {
    const { more, paging } = play({}, [page(3, 90)], [page(1, 1)], [page(1, 1)], [page(3, 90)]);
    assert.deepEqual(more, [true, true, true, false]);
    assert.deepEqual(paging.gaps, []);
  });

  describe("the relay's own limit", () => {
    const capped = (filter: Filter, cap: number) => {
      const paging = new Paging(filter);
      paging.setCap(cap);
      return paging;
    };

    test('is the size of a page, but for a bound and what the user says', () => {
      assert.equal(capped({}, 300).filter.limit, 300);
      assert.equal(capped({}, 1000).filter.limit, 1000);
      assert.equal(capped({}, 100_000).filter.limit, 5000);
      assert.equal(capped({ limit: 20 }, 300).filter.limit, 20);
      assert.equal(capped({ limit: 400 }, 300).filter.limit, 300);
    });

    test('is not asked to be exceeded for a dense second', () => {
      const paging = capped({}, 300);
      paging.advance(page(300, 90));
      paging.advance(page(300, 90));
      assert.deepEqual(paging.filter, { limit: 300, until: 89 });
      paging.advance(page(0));
      assert.deepEqual(paging.denseSeconds, [90]);
    });
  });

  test('a dense second that was taken apart is no gap when it is proved to be whole', () => {
    for (const isWhole of [true, false]) {
      const { paging } = play({}, [page(500, 90)], [page(500, 90)], [page(5000, 90)], [page(1, 40)]);
      assert.deepEqual(paging.denseSeconds, [90]);
      paging.noteSolved(90, isWhole);
      assert.deepEqual(paging.denseSeconds, []);
      assert.equal(paging.gaps.length, isWhole ? 0 : 1);
    }
  });

  describe('where the relay hides events', () => {
    const hiding: Parameters<Paging['advance']>[] = [[page(500, 900)], [page(461, 800)], [page(470, 700)]];

    test('an empty page may be one that is hidden as a whole: it is looked behind it, further each time', () => {
      const { asked, more, paging } = play({}, ...hiding, [page(0)], [page(0)], [page(3, 300)]);
      assert.deepEqual(
        asked.slice(3).map(([, until]) => until),
        [700, 600, 400],
      );
      assert.deepEqual(more, [true, true, true, true, true, true]);
      assert.deepEqual(paging.gaps, ['whole pages are hidden between created_at 300 and 700']);
    });

    test('it ends, at `since` or after so many looks', () => {
      assert.deepEqual(play({ since: 650 }, ...hiding, [page(0)]).more.at(-1), false);
      const far = 1e9;
      const paging = new Paging({});
      for (const [seen] of hiding) paging.advance({ ...seen, oldest: seen.oldest! + far });
      let looks = 0;
      while (paging.advance(page(0))) looks++;
      assert.equal(looks, 16);
      assert.deepEqual(paging.gaps, []);
    });

    test('but not where nothing speaks for it', () => {
      assert.equal(
        play({}, [page(500, 900)], [page(500, 800)], [page(30, 700)], [page(0)]).more.at(-1),
        false,
      );
    });
  });

  test('each page asks for something else than the one before: it ends', () => {
    const paging = new Paging({});
    const asked = new Set<string>();
    let more = true;
    while (more && asked.size < 200) {
      const text = JSON.stringify(paging.filter);
      assert.ok(!asked.has(text) || asked.size === 0, text);
      asked.add(text);
      more = paging.advance(page(600, Math.min(paging.filter.until ?? 20, 20)));
    }
    assert.equal(more, false);
  });
});
