import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EventItem, readEventValues } from '../../../src/input/event-values.ts';
import { makeEvent } from '../../support/made-up-events.ts';

async function read(text: string): Promise<EventItem[]> {
  const items: EventItem[] = [];
  for await (const some of readEventValues(
    (async function* () {
      yield Buffer.from(text);
    })(),
  ))
    items.push(...some);
  return items;
}

const values = async (text: string) =>
  (await read(text)).map(item =>
    'problem' in item ? item.problem : 'event' in item ? item.event : item.value,
  );

describe('what may be an event', () => {
  test('bare objects', async () =>
    assert.deepEqual(await values('{"id":1}\n{"id":2}'), [{ id: 1 }, { id: 2 }]));

  test('the elements of an array, on one line or pretty', async () => {
    assert.deepEqual(await values('[{"id":1},{"id":2}]'), [{ id: 1 }, { id: 2 }]);
    assert.deepEqual(await values(JSON.stringify([{ id: 1 }, { id: 2 }], null, 2)), [{ id: 1 }, { id: 2 }]);
    assert.deepEqual(await values('[]'), []);
  });

  test('frames of clients and of relays', async () =>
    assert.deepEqual(await values('["EVENT",{"id":1}]\n["EVENT","sub",{"id":2}]'), [{ id: 1 }, { id: 2 }]));

  test('other frames are named as such', async () =>
    assert.match((await values('["EOSE","sub"]')).join(), /is a frame without an event/));

  test('what is no object says so, with its line', async () => {
    for (const text of [
      '1',
      '"x"',
      'null',
      'true',
      '["EVENT"]',
      '["EVENT","sub"]',
      '["EVENT",[]]',
      '[1]',
      '[[{"id":1}]]',
    ]) {
      const [item] = await read(`\n${text}`);
      assert.equal(item!.line, 2);
      assert.match((item as { problem: string }).problem, /an event must be a JSON object/, text);
    }
  });

  test('an event as everybody writes it is read from its bytes, the others as values', async () => {
    const event = makeEvent(1);
    const line = JSON.stringify(event);
    const items = await read(`${line}\r\n${line.replace('"id":', '"id": ')}\n\ufeff${line}\n${line}`);
    assert.deepEqual(
      items.map(item => ['event' in item, item.line]),
      [
        [true, 1],
        [false, 2],
        [false, 3],
        [true, 4],
      ],
    );
    for (const item of items)
      assert.deepEqual('event' in item ? item.event.toEvent() : 'value' in item && item.value, event);
  });

  test('a bad line is passed on as one', async () =>
    assert.deepEqual(
      (await read('{"id":1}\nx')).map(({ line }) => line),
      [1, 2],
    ));
});
