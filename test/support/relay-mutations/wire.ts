// Ways to break the WebSocket under NIP-01.
import type { CaseMutation } from './mutation.ts';

export const WIRE_MUTATIONS: readonly CaseMutation[] = [
  {
    of: 'fragments',
    because: 'cannot put fragments together',
    mutation: {
      toRelay: ([type, event], { cut }) => {
        if (type !== 'EVENT' || event.content !== 'in 🙂 fragments') return undefined;
        cut();
        return [];
      },
    },
  },
  {
    of: 'ping',
    because: 'answers no pings',
    mutation: { noPong: true },
  },
  {
    of: 'frames-at-once',
    because: 'forgets a question while another is open',
    mutation: {
      toRelay: ([type, , filter], { memory }) => {
        if (type !== 'REQ' || filter?.limit !== 1) return undefined;
        const isBusy = memory.get('asked') === true;
        memory.set('asked', true);
        return isBusy ? [] : undefined;
      },
      toClient: ([type], { memory }) => {
        if (type === 'EOSE') memory.set('asked', false);
        return undefined;
      },
    },
    also: ['limit-max-subscriptions'],
  },
];
