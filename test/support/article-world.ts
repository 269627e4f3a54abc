// One's own articles at relays of the test, and what the commands do with them, in this process.
import type { TestContext } from 'node:test';
import { decrypt, encrypt, getConversationKey } from 'nostr-tools/nip44';
import { Failure } from '../../src/errors.ts';
import type { Event } from '../../src/protocol/event.ts';
import { type Article, splitMarkdown } from '../../src/protocol/nip23.ts';
import { publishArticle, publishDraft } from '../../src/run/articles/article-edit.ts';
import { listArticles } from '../../src/run/articles/article-list.ts';
import { showArticle } from '../../src/run/articles/article-show.ts';
import { parseFrontMatter } from '../../src/run/articles/front-matter.ts';
import { CommandEnd } from '../../src/run/command-end.ts';
import { parsePersonOrEvent } from '../../src/run/lookup/wanted.ts';
import type { EditRunFlags } from '../../src/run/people/edit.ts';
import { whereBy } from '../../src/run/people/where.ts';
import type { CommandKey } from '../../src/run/signing.ts';
import { type CommandSettings, commandWorld, keyOf, NETWORK } from './command-context.ts';
import { A, type Person, T0 } from './people.ts';
import { type NostOptions, startNost } from './relays.ts';
import { ask, publishAll } from './wire.ts';

const own = getConversationKey(A.secretKey, A.publicKey);

/** What nostr-tools encrypts for oneself, and reads of it. */
export const hidden = (value: unknown) => encrypt(JSON.stringify(value), own);
export const shown = (content: string) => JSON.parse(decrypt(content, own));

export interface ArticleSettings extends CommandSettings {
  /** Those of --relay; none: those of `env`. */
  relays?: readonly string[];
  env?: string;
  flags?: Partial<EditRunFlags> & { draft?: boolean; d?: string };
  who?: Person;
  /** What another client writes to the first of the relays while the question waits. */
  meanwhile?: Event;
}

export interface Came {
  stdout: string;
  stderr: string;
  fault: Failure | undefined;
}

/** A relay with these events; it is closed after the test. */
export async function relayWith(
  t: TestContext,
  seed: readonly Event[],
  options: NostOptions = {},
): Promise<string> {
  const relay = await startNost({ seed, ...options });
  t.after(() => relay.close());
  return relay.url;
}

/** The newest event of a kind that a relay has. */
export async function newestAt(relay: string, kind: number): Promise<Event | undefined> {
  return (await ask(relay, { filters: [{ kinds: [kind] }] })).events[0];
}

async function world(
  t: TestContext,
  { relays, env = '', flags, who = A, meanwhile, ...settings }: ArticleSettings,
) {
  const { context, told, end: close } = commandWorld({ now: () => (T0 + 100) * 1000, ...settings });
  t.after(close);
  const { promptLine } = context.keys;
  context.keys.promptLine = async (...question) => {
    if (meanwhile) await publishAll([relays![0]!], [meanwhile]);
    return promptLine(...question);
  };
  const end = new CommandEnd(context.deadline);
  const asked = { ...context, env: { ...context.env, NOST_RELAYS: env } };
  const all = { ...NETWORK, ...(relays && { relay: [...relays] }), yes: true, allowNsec: false, ...flags };
  const authenticate = async (relay: string, challenge: string) =>
    who.auth(challenge, relay, Math.floor(Date.now() / 1000));
  const key = { ...keyOf(who), publicKey: async () => who.publicKey, authenticate } as unknown as CommandKey;
  const where = await whereBy(asked, all, { end, key });
  const came = async (doing: Promise<void>): Promise<Came> => {
    const fault = await doing.then(
      () => undefined,
      error => {
        if (error instanceof Failure) return error;
        throw error;
      },
    );
    return { ...told, fault };
  };
  return { context: asked, editing: { flags: all, where, key, end }, came };
}

/** Publishes a file; --draft is a flag. */
export async function published(t: TestContext, file: string, settings: ArticleSettings): Promise<Came> {
  const { front = '', text } = splitMarkdown(file);
  const { d = 'x', ...head } = parseFrontMatter(front, { name: 'x.md', ignored: [] });
  const article: Article = { ...head, d, text };
  const { context, editing, came } = await world(t, settings);
  return came((settings.flags?.draft ? publishDraft : publishArticle)(context, article, editing));
}

/** Shows what the word names; no word: one's own. */
export async function show(
  t: TestContext,
  word: string | undefined,
  settings: ArticleSettings,
): Promise<Came> {
  const { context, editing, came } = await world(t, settings);
  const { key, ...rest } = editing;
  const named = word === undefined ? undefined : parsePersonOrEvent(word);
  return came(showArticle(context, named, { ...rest, openKey: async () => key }));
}

/** The lines of a list of A's; `isOwn`: with the key. */
export async function listed(
  t: TestContext,
  settings: ArticleSettings & { isOwn?: boolean; drafts?: boolean },
) {
  const { isOwn = false, drafts = false, ...rest } = settings;
  const { context, editing, came } = await world(t, rest);
  const signer = isOwn ? await editing.key.signer() : undefined;
  const told = await came(listArticles(context, { author: A.publicKey, signer, drafts, ...editing }));
  const lines = told.stdout.split('\n').filter(line => line !== '');
  return { ...told, articles: lines.map(line => JSON.parse(line)) };
}
