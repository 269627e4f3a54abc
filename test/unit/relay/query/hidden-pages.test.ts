import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HiddenPages } from '../../../../src/relay/query/hidden-pages.ts';

test('an empty page is the last one of a relay that has shown full pages only', () => {
  const pages = new HiddenPages();
  pages.note(false, 100, 90);
  assert.equal(pages.lookBehind(89), undefined);
});

test('behind an empty page of a relay that hides events it is looked, each time twice as far, and not for ever', () => {
  const pages = new HiddenPages();
  pages.note(true, 100, 90);
  pages.note(false, 90, 80);
  assert.deepEqual([pages.lookBehind(79), pages.lookBehind(69), pages.lookBehind(49)], [69, 49, 9]);
  let looks = 3;
  while (pages.lookBehind(0) !== undefined) looks++;
  assert.equal(looks, 16);
});

test('where a row of empty pages began is told once, when something is behind it', () => {
  const pages = new HiddenPages();
  pages.note(true, 100, 90);
  pages.note(false, 90, 80);
  pages.lookBehind(79);
  pages.lookBehind(69);
  assert.equal(pages.end(), 79);
  assert.equal(pages.end(), undefined);
});
