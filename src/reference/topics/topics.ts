// The topics of `nost help TOPIC`, in the order in which they are listed. Each is loaded when it is asked for.

export interface Topic {
  name: string;
  /** A few words, for the list. */
  summary: string;
  load(): Promise<string>;
}

export const TOPICS: readonly Topic[] = [
  {
    name: 'exit-codes',
    summary: 'what the exit code tells a script',
    load: async () => (await import('./exit-codes.ts')).exitCodesTopic(),
  },
  {
    name: 'errors',
    summary: 'the error codes of --log-format json',
    load: async () => (await import('./errors.ts')).errorsTopic(),
  },
  {
    name: 'scripting',
    summary: 'stdin, stdout, stderr, JSON shapes, retries, time limits',
    load: async () => (await import('./scripting.ts')).SCRIPTING,
  },
  {
    name: 'filters',
    summary: 'how to say which events you want',
    load: async () => (await import('./filters.ts')).FILTERS,
  },
  {
    name: 'relays',
    summary: 'naming relays, proxies, certificates, paging, streams',
    load: async () => (await import('./relays.ts')).RELAYS,
  },
  {
    name: 'keys',
    summary: 'where keys are stored and which one signs',
    load: async () => (await import('./keys.ts')).KEYS,
  },
  {
    name: 'people',
    summary: 'profiles, relay lists, lists of things, articles, deletions, zaps',
    load: async () => (await import('./people.ts')).PEOPLE,
  },
  {
    name: 'private',
    summary: 'private messages, encrypted texts, gift wraps',
    load: async () => (await import('./private.ts')).PRIVATE,
  },
  {
    name: 'faults',
    summary: 'a relay that misbehaves on demand, to test clients',
    load: async () => (await import('./faults.ts')).FAULTS,
  },
  {
    name: 'kinds',
    summary: 'the names of event kinds',
    load: async () => (await import('./kinds.ts')).kindsTopic(),
  },
  {
    name: 'environment',
    summary: 'the environment variables',
    load: async () => (await import('./environment.ts')).environmentTopic(),
  },
];
