import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import test from 'node:test';
import { Counters } from '../../../src/server/counters.ts';
import { metricsText, serveMetrics } from '../../../src/server/metrics.ts';
import { A, withBrokenSignature } from '../../support/people.ts';
import { RawClient } from '../../support/raw-client.ts';
import { startNost } from '../../support/relays.ts';
import { until } from '../../support/served.ts';

test('the numbers are what clients did', async t => {
  const { url, relay, close } = await startNost({ rules: { deniedKinds: [7] } });
  t.after(close);
  const metrics = await serveMetrics(0, () => relay.metrics());
  t.after(metrics.close);
  const client = await RawClient.connect(url);
  const note = A.note('x');
  for (const event of [note, note, A.sign({ kind: 7 }), withBrokenSignature(A.note('y'))])
    await client.publish(event);
  client.send(['REQ', 'open', {}]);
  await client.nextLike('EOSE', 'open');
  const answer = await fetch(metrics.url);
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const lines = (await answer.text()).split('\n');
  for (const line of [
    '# TYPE nost_events gauge',
    'nost_events 1',
    'nost_connections 1',
    'nost_subscriptions 1',
    'nost_connections_total 1',
    'nost_frames_total{verb="EVENT"} 4',
    'nost_frames_total{verb="REQ"} 1',
    'nost_event_answers_total{answer="accepted"} 1',
    'nost_event_answers_total{answer="duplicate"} 1',
    'nost_event_answers_total{answer="blocked"} 1',
    'nost_event_answers_total{answer="invalid"} 1',
  ])
    assert.ok(lines.includes(line), `${line} is not in\n${lines.join('\n')}`);
});

test('who opens connections and asks nothing does not take all descriptors', async t => {
  const metrics = await serveMetrics(0, () => 'nost_events 1\n');
  t.after(metrics.close);
  let ended = 0;
  for (let i = 0; i < 300; i++) {
    const socket = connect(Number(new URL(metrics.url).port), '127.0.0.1');
    socket.on('error', () => {}).on('close', () => ended++);
    t.after(() => socket.destroy());
  }
  await until(() => ended === 300 - 256);
});

test('each line has the form of Prometheus, and no text of a stranger is in it', () => {
  const counters = new Counters();
  counters.answered(false, 'x"}\n: odd');
  counters.answered(false, 'strange: prefix');
  counters.answered(true, '');
  const text = metricsText({ events: 1, connections: 2, subscriptions: 3 }, counters);
  for (const line of text.trimEnd().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[\w-]+"\})? \d+(\.\d+)?)$/);
  assert.match(text, /nost_event_answers_total\{answer="other"\} 2\n/);
});

test('other paths, methods and hosts are refused', async t => {
  const metrics = await serveMetrics(0, () => 'x 1\n');
  t.after(metrics.close);
  assert.equal((await fetch(metrics.url.replace('/metrics', '/'))).status, 404);
  assert.equal((await fetch(metrics.url, { method: 'POST' })).status, 405);
  const status = await new Promise(resolve => {
    const question = request(metrics.url, { headers: { host: 'evil.example' } }, answer => {
      answer.resume();
      resolve(answer.statusCode);
    });
    question.end();
  });
  assert.equal(status, 403);
});
