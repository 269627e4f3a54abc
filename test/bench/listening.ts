// How long an event takes through a relay to those who listen, when there are many of them.
import { liveLoad } from '../support/live-load.ts';
import { startIndependent } from '../support/relays.ts';
import { startServe } from './process.ts';
import { line, rows, title } from './rows.ts';

const LISTENERS = 1000;
const RATE = 200;
const SECONDS = 10;

/** What the independent relay bears: it sends each event to every subscription, whatever was asked. */
const FEW = { listeners: 20, events: 200, rate: 20 };

const NOST_ROW = `nost serve, ${LISTENERS} clients, ${RATE} events/s`;
const NOST_FEW = `nost serve, ${FEW.listeners} clients, ${FEW.rate} events/s`;
const OTHER_FEW = `@nostr-relay, ${FEW.listeners} clients, ${FEW.rate} events/s`;

/** The slowest of a hundred deliveries, in milliseconds; five subscriptions each. */
export async function listening(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const serve = await startServe();
    const many = await liveLoad(serve.url, { listeners: LISTENERS, events: RATE * SECONDS, rate: RATE });
    rows.add(NOST_ROW, many.p99);
    rows.add(`${NOST_ROW}: lost`, many.expected - many.delivered);
    rows.add(NOST_FEW, (await liveLoad(serve.url, FEW)).p99);
    serve.stop();
    const other = await startIndependent();
    rows.add(OTHER_FEW, (await liveLoad(other.url, FEW, 2000)).p99);
    await other.close();
  }
  title('(l) Live events through a relay: of a hundred deliveries the slowest, five subscriptions a client');
  const lost = rows.median(`${NOST_ROW}: lost`);
  line(NOST_ROW, rows.median(NOST_ROW), 'ms', `lost: ${lost}`);
  for (const name of [NOST_FEW, OTHER_FEW]) line(name, rows.median(name), 'ms');
}
