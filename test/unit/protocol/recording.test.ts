import assert from 'node:assert/strict';
import test from 'node:test';
import { checkRecordingHead, InvalidRecording, parseEntry } from '../../../src/protocol/recording.ts';

const line = (fields: object) => JSON.stringify({ at: 0, connection: 1, relay: 'ws://a.com', ...fields });

test('a recording of a later version is told as such, anything else as no recording', () => {
  const problem = (head: string) => {
    try {
      checkRecordingHead(head);
    } catch (error) {
      return error as InvalidRecording;
    }
    return undefined;
  };
  assert.equal(problem('{"nost_recording":1,"more":true}'), undefined);
  assert.equal(problem('{"nost_recording":2}')?.isNewer, true);
  for (const head of ['', '[]', 'null', '{"nost_recording":"1"}', '{"nost_recording":0}'])
    assert.equal(problem(head)?.isNewer, false);
});

test('fields that are not known are passed over', () => {
  assert.deepEqual(parseEntry(line({ what: 'sent', text: 'x', colour: 'red' })), {
    ...{ at: 0, connection: 1, relay: 'ws://a.com' },
    ...{ what: 'sent', text: 'x' },
  });
});

test('a line that could harm who plays it is refused', () => {
  const bad = [
    line({ what: 'open', connection: 1.5 }),
    line({ what: 'open', at: '0' }),
    line({ what: 'sent' }),
    line({ what: 'binary', base64: '!' }),
    line({ what: 'closed', by: 'fate', code: 1000, reason: '' }),
    line({ what: 'failed', reason: '', status: 1000 }),
    line({ what: 'response', status: 200, headers: { 'a\r\nb': 'c' }, text: '' }),
    line({ what: 'response', status: 200, headers: { a: 'b\r\nc: d' }, text: '' }),
    line({ what: 'response', status: 200, headers: null, text: '' }),
    line({ what: 'response', status: 200, headers: {} }),
  ];
  for (const each of bad) assert.throws(() => parseEntry(each), InvalidRecording, each);
});
