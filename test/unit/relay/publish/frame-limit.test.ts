import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RelayInformation } from '../../../../src/protocol/nip11.ts';
import { FrameLimit } from '../../../../src/relay/publish/frame-limit.ts';

/** A relay whose document comes when the test says so. */
function relayThatSays(limitation: RelayInformation['limitation']) {
  let answer = () => {};
  const relay = {
    asked: 0,
    known: {} as RelayInformation,
    ask() {
      relay.asked++;
      return new Promise<RelayInformation>(resolve => {
        answer = () => {
          if (limitation) relay.known = { limitation };
          resolve(relay.known);
        };
      });
    },
    answer: () => answer(),
  };
  return relay;
}

describe('the longest frame of a relay', () => {
  test('is asked for once, and only where it matters; such a frame waits for it', async () => {
    const relay = relayThatSays({ max_message_length: 100_000 });
    const known = new Promise<void>(resolve => {
      const limit = new FrameLimit(relay, () => {
        assert.equal(limit.isOpen(20_000), false);
        assert.equal(limit.faultOf(100_000), undefined);
        assert.deepEqual(limit.faultOf(100_001), {
          status: 'invalid',
          message: 'a frame of 100001 bytes; the relay takes at most 100000 (max_message_length)',
        });
        resolve();
      });
      limit.expect(500);
      assert.equal(relay.asked, 0);
      for (let i = 0; i < 3; i++) limit.expect(20_000);
      assert.equal(relay.asked, 1);
      assert.deepEqual([limit.isOpen(500), limit.isOpen(20_000)], [false, true]);
      relay.answer();
    });
    await known;
  });

  test('that is not announced bounds nothing', async () => {
    for (const limitation of [undefined, {}, { max_message_length: 0 }]) {
      const relay = relayThatSays(limitation);
      await new Promise<void>(resolve => {
        const limit = new FrameLimit(relay, () => {
          assert.equal(limit.faultOf(10_000_000), undefined);
          resolve();
        });
        limit.expect(20_000);
        relay.answer();
      });
    }
  });
});
