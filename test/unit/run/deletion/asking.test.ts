import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandEnd } from '../../../../src/run/command-end.ts';
import { askFor } from '../../../../src/run/deletion/asking.ts';
import { parseTarget } from '../../../../src/run/deletion/target.ts';
import { whereBy } from '../../../../src/run/people/where.ts';
import { commandWorld, NETWORK } from '../../../support/command-context.ts';
import { A } from '../../../support/people.ts';
import { eose, expectFrame, sendEvent } from '../../../support/scripted-steps.ts';
import { scripted } from '../../../support/wire.ts';

test('what may stand behind a gap is told of, and the relay has answered', async t => {
  const articles = Array.from({ length: 10 }, (_, i) => A.sign({ kind: 30023, tags: [['d', `${i}`]] }));
  const note = A.note('x');
  const answer = [expectFrame('REQ'), ...[...articles, note].map(event => sendEvent(event)), eose()];
  const relay = await scripted(t, [{ do: 'repeat', times: undefined, steps: answer }]);
  const { context, end } = commandWorld();
  t.after(end);
  const commandEnd = new CommandEnd(context.deadline);
  const where = await whereBy(context, { ...NETWORK, relay: [relay.url] }, { end: commandEnd });
  const bare = parseTarget(`30023:${A.publicKey}:`);
  const [found, uncertain]: [string[], string[]] = [[], []];
  const [ending] = await askFor(context, new Map([[relay.url, [bare, parseTarget(note.id)]]]), {
    ...where,
    onFound: key => found.push(key),
    onUncertain: key => uncertain.push(key),
  });
  assert.deepEqual([found, uncertain], [[note.id], [bare.key]]);
  assert.equal(ending!.end, 'eose');
});
