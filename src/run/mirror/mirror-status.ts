// How a mirror is, as JSON: `--status FILE` and SIGUSR2 show it.
import type { Mirror } from '../../sync/mirror/mirror.ts';
import type { Source } from '../../sync/mirror/source.ts';
import type { Target } from '../../sync/mirror/target.ts';

/** How the JSON of each begins. */
export const STATUS_HEAD = '{"type":"mirror"';

/** Seconds and milliseconds since 1970: `since` as events have it, `_at` as ISO 8601. */
export function statusOf(mirror: Mirror, startedAt: number, now: number): object {
  return {
    type: 'mirror',
    started_at: iso(startedAt),
    updated_at: iso(now),
    rejected: mirror.gate.rejected,
    sources: mirror.sources.map(source => sourceStatus(mirror, source)),
    targets: mirror.targets.map(targetStatus),
  };
}

function sourceStatus(mirror: Mirror, source: Source): object {
  const { relay, state, counts, invalid, lastEventAt, reason } = source;
  return {
    relay,
    state: state === 'live' && !mirror.isWhole(source) ? 'backlog' : state,
    since: mirror.sinceOf(source) ?? null,
    events: counts.events,
    invalid,
    last_event_at: lastEventAt === undefined ? null : iso(lastEventAt),
    reconnects: counts.reconnects,
    reason: reason === '' ? null : reason,
  };
}

function targetStatus({ name, state, counts, queued, spooled, reason }: Target): object {
  return { relay: name, state, ...counts, queued, spooled, reason: reason === '' ? null : reason };
}

/** A line for people. */
export function describe(mirror: Mirror): string {
  const live = mirror.sources.filter(({ state }) => state === 'live').length;
  const events = mirror.sources.reduce((sum, { counts }) => sum + counts.events, 0);
  const { rejected } = mirror.gate;
  const came = [`${events} events came`, ...(rejected > 0 ? [`${rejected} rejected`] : [])];
  const all = mirror.sources.length;
  const of = `${live} of ${all} source${all === 1 ? '' : 's'} live`;
  return [`mirror: ${[of, ...came].join(', ')}`, ...mirror.targets.map(sentenceOf)].join('; ');
}

function sentenceOf({ name, state, counts, queued, spooled }: Target): string {
  const [waiting, { accepted, refused }] = [queued + spooled, counts];
  const parts = [
    ...[state, `accepted ${accepted}`],
    ...(refused > 0 ? [`refused ${refused}`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
  ];
  return `${name} ${parts.join(', ')}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
