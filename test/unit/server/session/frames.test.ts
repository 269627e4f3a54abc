import assert from 'node:assert/strict';
import test from 'node:test';
import { eventIdIn, holdsTooMuch, readFrame } from '../../../../src/server/session/frames.ts';

test('a frame of too many lists or values is not parsed; what stands in strings does not count', () => {
  assert.equal(
    holdsTooMuch(`["EVENT",{"tags":[${'["a"],'.repeat(9_999)}["a"]],${' '.repeat(20_000)}}]`),
    undefined,
  );
  assert.equal(holdsTooMuch(`["EVENT",{"tags":[${'["a"],'.repeat(10_100)}["a"]]}]`), 'lists');
  assert.equal(holdsTooMuch('['.repeat(60_001)), 'lists');
  assert.equal(holdsTooMuch(`[${'{},'.repeat(31_000)}]`), 'lists');
  assert.equal(holdsTooMuch(`["EVENT",{"content":"${'[{,\\"'.repeat(200_000)}\\\\"}]`), undefined);
  assert.equal(holdsTooMuch(`["REQ","s",{"kinds":[${'1,'.repeat(200_000)}1]}]`), 'values');
  assert.equal(holdsTooMuch(`["REQ","s",{"kinds":["${'x'.repeat(100_000)}`), undefined);
  const frame = readFrame(`["REQ","s",{"kinds":[${'1,'.repeat(200_000)}1]}]`);
  assert.match((frame as { error: Error }).error.message, /100000 values/);
});

test('an event of too many tags is told so, parsed or not', () => {
  const read = (count: number) => {
    const id = 'ab'.repeat(32);
    const frame = readFrame(`["EVENT",{"id":"${id}","tags":[${'["a"],'.repeat(count - 1)}["a"]]}]`);
    return frame as { error?: Error; eventId?: string };
  };
  assert.equal(read(10_000).error, undefined);
  const { error, eventId } = read(10_200);
  assert.deepEqual([error!.message, eventId], ['too many tags: at most 10000', 'ab'.repeat(32)]);
});

test('what is refused unparsed names its question', () => {
  const much = '[],'.repeat(31_000);
  const named = (frame: string) => {
    const { subId, verb } = (readFrame(frame) as { error: { subId?: string; verb?: string } }).error;
    return [verb, subId];
  };
  assert.deepEqual(named(`["REQ","a\\"b",{"ids":[${much}]}]`), ['REQ', 'a"b']);
  assert.deepEqual(named(` [ "NEG-OPEN" , "n", ${much}]`), ['NEG-OPEN', 'n']);
  assert.deepEqual(named(`["EVENT",{"tags":[${much}]}]`), [undefined, undefined]);
  assert.deepEqual(named(`["REQ","\u0001",${much}]`), [undefined, undefined]);
});

test('the id of an event that is refused unparsed is found, and nothing else is taken for it', () => {
  const [id, other] = ['ab'.repeat(32), 'cd'.repeat(32)];
  const much = '["a"],'.repeat(31_000);
  const read = (frame: string) => (readFrame(frame) as { eventId?: string }).eventId;
  assert.equal(read(`["EVENT",{"id":"${id}","tags":[${much}["a"]]}]`), id);
  assert.equal(
    read(` [ "EVENT" , {"content":"\\"id\\":\\"${other}\\"","tags":[${much}[]], "id" : "${id}" } ]`),
    id,
  );
  assert.equal(eventIdIn(`["EVENT",{"id":"${other}","id":"${id}"},{"id":"${other}"}]`), id);
  assert.equal(eventIdIn(`["EVENT",{"id":"${other}","id":7}]`), undefined);
  assert.equal(eventIdIn(`["EVENT",{"tags":[{"id":"${other}"}],"x":["id"]}]`), undefined);
  assert.equal(eventIdIn(`["EVENT",{"kind":"id","id":"${id}"`), id);
  assert.equal(eventIdIn(`["EVENT",{"id":"${id.toUpperCase()}"}]`), undefined);
  assert.equal(eventIdIn(`["REQ","s",{"id":"${id}"}]`), undefined);
});
