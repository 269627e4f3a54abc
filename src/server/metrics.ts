// `serve --metrics`: numbers about the relay for Prometheus, on a port of their own that only this machine reaches.
import type { Counters } from './counters.ts';
import { openFront } from './network/http-front.ts';
import { listen } from './network/listening.ts';

const HOST = '127.0.0.1';

/** Connections at the same time; more are ended at once, and those that do not get on in bounded time. */
const MAX_CONNECTIONS = 256;

/** What is true at this moment. */
export interface Gauges {
  events: number;
  connections: number;
  subscriptions: number;
}

export interface Metrics {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the text that `read` gives at `/metrics`. Throws `IoError` when it cannot listen. */
export async function serveMetrics(port: number, read: () => string): Promise<Metrics> {
  const { server: http, destroyAll } = await openFront(undefined);
  http.maxConnections = MAX_CONNECTIONS;
  http.on('request', (request, response) => {
    const status = statusOf(request.method, request.url, request.headers.host);
    response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(status === 200 ? read() : `${status}\n`);
  });
  const bound = await listen(http, HOST, port);
  return {
    url: `http://${HOST}:${bound}/metrics`,
    close: () =>
      new Promise(resolve => {
        http.close(() => resolve());
        destroyAll();
      }),
  };
}

/** A web page that a name leads here sends that name as the host. */
function statusOf(method = '', target = '/', host = ''): number {
  if (!/^(?:127(?:\.\d+){3}|localhost|\[::1\])(?::\d+)?$/i.test(host)) return 403;
  if (target !== '/metrics') return 404;
  return method === 'GET' || method === 'HEAD' ? 200 : 405;
}

/** In the text format of Prometheus. */
export function metricsText({ events, connections, subscriptions }: Gauges, counters: Counters): string {
  const { rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return [
    metric('nost_events', 'gauge', 'Events in the store.', events),
    metric('nost_connections', 'gauge', 'Open connections.', connections),
    metric('nost_subscriptions', 'gauge', 'Open subscriptions.', subscriptions),
    metric('nost_connections_total', 'counter', 'Connections since the start.', counters.connections),
    labelled('nost_frames_total', 'Frames of clients.', 'verb', counters.frames),
    labelled('nost_event_answers_total', 'Answers to EVENT.', 'answer', counters.answers),
    metric('process_resident_memory_bytes', 'gauge', 'Resident memory.', rss),
    metric('process_cpu_seconds_total', 'counter', 'CPU time.', (user + system) / 1e6),
  ].join('');
}

function metric(name: string, type: string, help: string, value: number): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`;
}

/** The values of labels are words of ours. */
function labelled(name: string, help: string, label: string, values: ReadonlyMap<string, number>): string {
  const lines = [...values].map(([value, count]) => `${name}{${label}="${value}"} ${count}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} counter\n${lines.join('')}`;
}
