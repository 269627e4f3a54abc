import assert from 'node:assert/strict';
import test from 'node:test';
import { Dialogue } from '../../../../src/server/replay/dialogue.ts';

const said = (...messages: unknown[]) =>
  messages.map((message, i) => ({ line: 10 * (i + 1), text: JSON.stringify(message) }));

test('an answer is due when its question has come, and has the ids of the client', () => {
  const dialogue = new Dialogue(said(['REQ', 'a', {}], ['REQ', 'b', { kinds: [1] }]));
  const frame = '["EVENT", "b",{"id":"1"}]';
  assert.equal(dialogue.isDue(25, frame), false);
  assert.equal(dialogue.hear('["REQ","x",{}]'), undefined);
  assert.equal(dialogue.isDue(25, frame), false);
  assert.equal(dialogue.hear('["REQ","$&",{"kinds":[1]}]'), undefined);
  assert.equal(dialogue.isDue(25, frame), true);
  assert.equal(dialogue.translate(25, frame), '["EVENT", "$&",{"id":"1"}]');
});

test('what was said in the same words comes first, whatever the order', () => {
  const dialogue = new Dialogue(said(['EVENT', { id: 'one' }], ['EVENT', { id: 'two' }]));
  dialogue.hear('["EVENT",{"id":"two"}]');
  assert.equal(dialogue.isDue(30, '["OK","two",true,""]'), true);
  assert.equal(dialogue.isDue(30, '["OK","one",true,""]'), false);
  dialogue.hear('["EVENT",{"id":"three"}]');
  assert.equal(dialogue.translate(30, '["OK","one",true,""]'), '["OK","three",true,""]');
});

test('other times and signatures are no surprise; other filters are', () => {
  const dialogue = new Dialogue(said(['REQ', 'a', { since: 1 }], ['REQ', 'b', { kinds: [1] }]));
  assert.equal(dialogue.hear('["REQ","a",{"since":2}]'), undefined);
  assert.match(dialogue.hear('["REQ","b",{"kinds":[2]}]')!.told, /came, where line 20 has/);
});

test('what was never recorded is refused in its own words', () => {
  const answerTo = (text: string) => new Dialogue([]).hear(text)?.answer;
  const why = 'error: the recording has no answer to this';
  assert.equal(answerTo('["REQ","a",{}]'), `["CLOSED","a","${why}"]`);
  assert.equal(answerTo('["EVENT",{"id":"e"}]'), `["OK","e",false,"${why}"]`);
  assert.equal(answerTo('["NEG-OPEN","n",{},"61"]'), `["NEG-ERR","n","${why}"]`);
  assert.equal(answerTo('garbage'), undefined);
  assert.equal(new Dialogue([]).hear('["CLOSE","a"]'), undefined);
});

test('a frame that answers nothing waits for all that was said before it', () => {
  const dialogue = new Dialogue(said(['REQ', 'a', {}], ['REQ', 'b', {}]));
  const notice = '["NOTICE","x"]';
  assert.equal(dialogue.isDue(5, notice), true);
  assert.equal(dialogue.isDue(15, notice), false);
  dialogue.hear('["REQ","a",{}]');
  assert.equal(dialogue.isDue(15, notice), true);
  assert.equal(dialogue.isDue(25, notice), false);
});

test('what is nested too deeply, or too long for an id, is heard as it is', () => {
  const deep = `["REQ","a",${'['.repeat(100_000)}${']'.repeat(100_000)}]`;
  const long = `["REQ","${'x'.repeat(20_000_000)}",{}]`;
  const dialogue = new Dialogue([
    { line: 10, text: deep },
    { line: 20, text: long },
  ]);
  assert.match(dialogue.hear('["REQ","a",{}]')!.told, /came, where line 10 has/);
  assert.match(dialogue.hear(deep)!.told, /came, where line 20 has/);
  assert.match(dialogue.hear(long)!.told, /is not in the recording/);
  const notice = `["NOTICE","${'x'.repeat(20_000_000)}"]`;
  assert.equal(dialogue.translate(30, notice), notice);
});
