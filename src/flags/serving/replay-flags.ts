// The flags of `serve` that play a recording instead of a relay of its own.
import { flags, value } from '../flag.ts';
import { verbatim } from '../values.ts';

/** What a recording decides, or has no use for. */
const USELESS = ['store', 'seed', 'import', 'export', 'auth', 'eoseHint', 'maxLimit', 'readOnly', 'policy'];
const UNUSED = [
  'minPow',
  'maxRate',
  'allowKind',
  'denyKind',
  'allowAuthor',
  'denyAuthor',
  'admin',
  'metrics',
];
const UNTOLD = ['fault', 'faultSeed', 'control', 'url'];

export const REPLAY_FLAGS = flags('Replay', {
  replay: value('--replay <file>', 'play the relays of a recording (--record)', verbatim, {
    conflicts: [...USELESS, ...UNUSED, ...UNTOLD],
  }),
  replaySpeed: value('--replay-speed <n>', '1: with its pauses; 0: without', parseSpeed, {
    default: 0,
  }),
});

/** Throws `Error` for what is no number from 0 on. */
function parseSpeed(text: string): number {
  const speed = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !Number.isFinite(speed)) throw new Error('it is a number: 0, 1, 0.5 …');
  return speed;
}
