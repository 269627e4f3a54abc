// Texts that are no messages of a relay: what a client must survive.
import type { Random } from './random.ts';

/** Each is drawn equally often; `frame` is the one that comes next. */
const MAKERS: readonly ((frame: string, random: Random) => string)[] = [
  () => '',
  () => 'garbage',
  () => '{"not":"an array"}',
  () => 'null',
  () => '[]',
  () => '[1,2,3]',
  () => '["EVENT"]',
  () => '["EVENT","",null]',
  () => '["EOSE"]',
  () => '["OK","no id","true",0]',
  () => '["CLOSED",{},[]]',
  (_, random) => `["UNKNOWN-${random.hex(8)}",1]`,
  (_, random) => random.hex(2 * (1 + random.below(100))),
  () => `${'['.repeat(500)}${']'.repeat(500)}`,
  frame => frame.slice(0, frame.length / 2).toWellFormed(),
];

export function garbageFrame(nextFrame: string, random: Random): string {
  return random.pick(MAKERS)(nextFrame, random);
}
