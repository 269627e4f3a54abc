// Ways to break EVENT and OK of NIP-01.
import { type Event, hasValidId } from '../../../src/protocol/event.ts';
import { hasValidSignature } from '../../../src/protocol/signature.ts';
import type { Mutation } from '../mutant-relay.ts';
import type { CaseMutation } from './mutation.ts';

export const MESSAGE_MUTATIONS: readonly CaseMutation[] = [
  {
    of: 'eose',
    because: 'sends no EOSE',
    mutation: { toClient: ([type]) => (type === 'EOSE' ? [] : undefined) },
  },
  {
    of: 'ok',
    because: 'sends no OK',
    mutation: { toClient: ([type]) => (type === 'OK' ? [] : undefined) },
  },
  {
    of: 'read-back',
    because: 'changes what shall come back as it is',
    mutation: {
      toClient: ([type, sub, event]) =>
        type === 'EVENT' && event.content === 'this shall come back as it is'
          ? [[type, sub, { ...event, content: `${event.content} ` }]]
          : undefined,
    },
  },
  {
    of: 'ok-form',
    because: 'leaves out the text of an OK that is empty',
    mutation: { toClient: frame => (frame[0] === 'OK' && frame[3] === '' ? [frame.slice(0, 3)] : undefined) },
  },
  {
    of: 'duplicate-event',
    because: 'refuses what it has',
    mutation: {
      toClient: ([type, id, , message]) =>
        type === 'OK' && message === 'duplicate: it is here already'
          ? [[type, id, false, message]]
          : undefined,
    },
  },
  {
    of: 'bad-signature',
    because: 'sees of signatures only whether they are zeros',
    mutation: taking(event => !isZeros(event) && hasValidId(event) && !hasValidSignature(event)),
    also: ['wrong-author'],
  },
  {
    of: 'wrong-author',
    because: 'takes whatever looks like a signature',
    mutation: taking(event => hasValidId(event) && !hasValidSignature(event)),
    also: ['bad-signature', 'zero-signature'],
  },
  {
    of: 'zero-signature',
    because: 'takes a signature of zeros',
    mutation: taking(isZeros),
  },
  {
    of: 'bad-id',
    because: 'checks no ids',
    mutation: taking(event => !hasValidId(event)),
  },
  {
    of: 'ok-prefix',
    because: 'writes the text of an OK false without its first word',
    mutation: {
      toClient: ([type, id, accepted, message]) =>
        type === 'OK' && message === 'invalid: the signature does not verify'
          ? [[type, id, accepted, 'the signature does not verify']]
          : undefined,
    },
  },
];

/** A relay that says OK true to these events. */
export function taking(isTaken: (event: Event) => boolean): Mutation {
  return {
    toRelay: ([type, event], talk) => {
      if (type !== 'EVENT' || !isTaken(event)) return undefined;
      talk.toClient(['OK', event.id, true, '']);
      return [];
    },
  };
}

function isZeros({ sig }: Event): boolean {
  return /^0+$/.test(sig);
}
