// Ways to break the authentication of NIP-42.
import { type Event, tagValue } from '../../../src/protocol/event.ts';
import { hasValidSignature } from '../../../src/protocol/signature.ts';
import type { Mutation, Talk } from '../mutant-relay.ts';
import type { CaseMutation } from './mutation.ts';

const KIND = 22_242;

export const NIP42_MUTATIONS: readonly CaseMutation[] = [
  {
    of: 'auth-ok',
    because: 'answers no AUTH',
    mutation: { toRelay: ([type]) => (type === 'AUTH' ? [] : undefined) },
    also: ['protected-from-others'],
  },
  {
    of: 'auth-kind',
    because: 'takes any kind for an AUTH',
    mutation: admitting(({ kind }) => kind !== KIND),
  },
  {
    of: 'auth-challenge',
    because: 'takes any challenge',
    mutation: admitting(event => tagValue(event, 'challenge') === 'another challenge'),
  },
  {
    of: 'auth-relay',
    because: 'takes an AUTH that was meant for another relay',
    mutation: admitting(event => tagValue(event, 'relay') === 'wss://another.example'),
  },
  {
    of: 'auth-time',
    because: 'takes an old AUTH',
    mutation: admitting(event => event.created_at < Date.now() / 1000 - 1200),
  },
  {
    of: 'auth-signature',
    because: 'does not check who has signed an AUTH',
    mutation: admitting(event => !hasValidSignature(event)),
  },
  {
    of: 'auth-other-connection',
    because: 'takes the challenge of another connection',
    mutation: {
      toClient: ([type, challenge], { shared, memory }) => {
        if (type === 'AUTH') shared.set(challenge, memory);
        return undefined;
      },
      toRelay: ([type, event], talk) => {
        if (type !== 'AUTH') return undefined;
        const owner = talk.shared.get(tagValue(event, 'challenge') ?? '');
        if (owner === undefined || owner === talk.memory) return undefined;
        talk.toClient(['OK', event.id, true, '']);
        return [];
      },
    },
  },
  {
    of: 'auth-before-refusal',
    because: 'sends the challenge after the refusal that asks for it',
    mutation: {
      toClient: (frame, { memory }) => {
        if (frame[0] === 'AUTH') memory.set('held', frame);
        if (frame[0] === 'AUTH') return [];
        const held = memory.get('held') as string[] | undefined;
        memory.delete('held');
        return held && [frame, held];
      },
    },
  },
  {
    of: 'auth-required-prefix',
    because: 'says restricted: to who has not authenticated',
    mutation: {
      toClient: frame => {
        const message = frame.at(-1);
        if (typeof message !== 'string' || !message.startsWith('auth-required:')) return undefined;
        return [[...frame.slice(0, -1), message.replace('auth-required', 'restricted')]];
      },
    },
  },
  {
    of: 'auth-restricted-prefix',
    because: 'goes on to say auth-required: to who has authenticated',
    mutation: {
      toRelay: ([type, sub, filter], { memory, toClient }) => {
        if (type === 'AUTH') memory.set('authed', true);
        if (type !== 'REQ' || filter?.kinds?.[1] !== 4 || !memory.has('authed')) return undefined;
        toClient(['CLOSED', sub, 'auth-required: not for you']);
        return [];
      },
    },
  },
  {
    of: 'auth-not-sent-on',
    because: 'sends an AUTH event that is published on to others',
    mutation: {
      toRelay: ([type, sub, filter], talk) => {
        const watching = (talk.shared.get('watching') as [Talk, string][] | undefined) ?? [];
        if (type === 'REQ' && filter?.kinds?.[0] === KIND)
          talk.shared.set('watching', [...watching, [talk, sub]]);
        if (type === 'EVENT' && sub.kind === KIND)
          for (const [{ toClient }, id] of watching) toClient(['EVENT', id, sub]);
        return undefined;
      },
    },
  },
];

/** A relay that takes these AUTH events for proofs. */
function admitting(isTaken: (event: Event) => boolean): Mutation {
  return {
    toRelay: ([type, event], { toClient }) => {
      if (type !== 'AUTH' || !isTaken(event)) return undefined;
      toClient(['OK', event.id, true, '']);
      return [];
    },
  };
}
