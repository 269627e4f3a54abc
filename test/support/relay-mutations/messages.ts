// Ways to break the dialogue of NIP-01.
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
    because: 'changes the content of an event',
    mutation: {
      toClient: ([type, sub, event]) =>
        type === 'EVENT' ? [[type, sub, { ...event, content: `${event.content} ` }]] : undefined,
    },
  },
];
