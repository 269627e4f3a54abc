// Fifty times `nost serve --store` is killed (SIGKILL) in the middle of bulk publishing.
import { test } from 'node:test';
import { killOften } from '../support/served-store.ts';

test('fifty kills: no accepted event is lost', { timeout: 900_000 }, async t => {
  t.diagnostic(`${await killOften(t, 50, 2)} events accepted`);
});
