// Many clients that listen to a relay while events are published into it: what each got, and how long it took.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Event } from '../../src/protocol/event.ts';
import { A } from './people.ts';
import { RawClient } from './raw-client.ts';

/** Subscriptions of one listener. Each asks for one topic; an event has one topic. */
const SUBSCRIPTIONS = 5;

export interface LiveLoad {
  listeners: number;
  events: number;
  /** Events a second. */
  rate: number;
  /** Characters of an event's content. */
  length?: number;
}

export interface LiveResult {
  /** Events that should have come, over all subscriptions, and how many did. */
  expected: number;
  delivered: number;
  /** Milliseconds from the moment an event is sent to the moment a listener has it, of the slowest in a hundred. */
  p99: number;
}

/** Publishes at a steady rate and waits until each listener has what it asked for, or none has got any for `patience` ms. */
export async function liveLoad(url: string, load: LiveLoad, patience = 10_000): Promise<LiveResult> {
  const topics = Math.max(1, load.listeners / 2);
  const sentAt = new Map<string, number>();
  const delays: number[] = [];
  let lastAt = performance.now();
  const hear = (id: string) => {
    lastAt = performance.now();
    delays.push(lastAt - sentAt.get(id)!);
  };
  const listeners = await listen(url, load.listeners, topics, hear);
  const publisher = await RawClient.connect(url);
  const events = Array.from({ length: load.events }, (_, i) => eventOf(i, topics, load.length ?? 100));
  const expected = events.length * ((load.listeners * SUBSCRIPTIONS) / topics);
  const start = performance.now();
  for (const [i, event] of events.entries()) {
    const due = start + (i * 1000) / load.rate;
    while (performance.now() < due) await new Promise(resolve => setTimeout(resolve, 1));
    sentAt.set(event.id, performance.now());
    publisher.send(['EVENT', event]);
  }
  while (delays.length < expected && performance.now() - lastAt < patience)
    await new Promise(resolve => setTimeout(resolve, 10));
  await publisher.close();
  for (const listener of listeners) listener.terminate();
  delays.sort((a, b) => a - b);
  return { expected, delivered: delays.length, p99: delays[Math.floor(delays.length * 0.99)] ?? Number.NaN };
}

function eventOf(i: number, topics: number, length: number): Event {
  return A.sign({
    content: `${i} `.padEnd(length, 'x'),
    tags: [['t', `topic${i % topics}`]],
    created_at: 1_700_000_000 + i,
  });
}

/** Listeners whose subscriptions are all past EOSE. */
async function listen(
  url: string,
  count: number,
  topics: number,
  hear: (id: string) => void,
): Promise<WebSocket[]> {
  const listeners: WebSocket[] = [];
  for (let i = 0; i < count; i++) {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, 'open');
    let open = 0;
    const ready = new Promise<void>(resolve => {
      socket.on('message', data => {
        const text = String(data);
        if (text.startsWith('["EVENT"')) hear(/"id":"([0-9a-f]{64})"/.exec(text)![1]!);
        else if (text.startsWith('["EOSE"') && ++open === SUBSCRIPTIONS) resolve();
      });
    });
    for (let s = 0; s < SUBSCRIPTIONS; s++)
      socket.send(JSON.stringify(['REQ', `s${s}`, { '#t': [`topic${(i * SUBSCRIPTIONS + s) % topics}`] }]));
    await ready;
    listeners.push(socket);
  }
  return listeners;
}

/** A client that asks for everything and never reads an answer. */
export async function deafClient(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  socket.pause();
  socket.send(JSON.stringify(['REQ', 'all', { limit: 0 }]));
  return socket;
}
