// Verdicts as text: for people, as JSON, for Prometheus (text format 0.0.4), and as a plugin of Nagios prints them. The
// words of relays are made safe for each. Pure.
import { sanitizeText } from '../../output/sanitize.ts';
import { rounded } from './samples.ts';
import { type Bounds, type Verdict, worstStatus } from './verdict.ts';

export const CHECK_FORMATS = ['text', 'json', 'prometheus', 'nagios'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** The lines of all verdicts. */
export function linesOf(verdicts: readonly Verdict[], format: CheckFormat, bounds: Bounds): string[] {
  switch (format) {
    case 'text':
      return textLines(verdicts);
    case 'json':
      return verdicts.map(verdict => JSON.stringify(recordOf(verdict)));
    case 'prometheus':
      return METRICS.flatMap(metric => metricLines(metric, verdicts));
    case 'nagios':
      return nagiosLines(verdicts, bounds);
  }
}

function textLines(verdicts: readonly Verdict[]): string[] {
  const width = Math.max(...verdicts.map(({ relay }) => relay.length));
  return verdicts.map(
    ({ relay, status, findings }) => `${status.padEnd(8)}  ${relay.padEnd(width)}  ${words(findings)}`,
  );
}

/** Characters of a finding that are shown: a relay may give its reason in a megabyte. JSON has all of it. */
const LONGEST = 300;

function words(findings: Verdict['findings']): string {
  return sanitizeText(findings.map(({ message }) => shown(message)).join(', '));
}

function shown(message: string): string {
  return message.length > LONGEST ? `${message.slice(0, LONGEST).toWellFormed()}…` : message;
}

function recordOf({ relay, status, findings, health, certificateDays, age }: Verdict): object {
  const { roundTrip, auth, newest, parts } = health;
  const ms = Object.entries({ ...parts, ...(roundTrip !== undefined && { round_trip: roundTrip }) });
  return {
    relay,
    status,
    findings,
    ms: Object.fromEntries(ms.map(([name, value]) => [name, rounded(value)])),
    ...(certificateDays !== undefined && { certificate_days: certificateDays }),
    ...(newest !== undefined && { newest_event: newest }),
    ...(age !== undefined && { age }),
    ...(auth && { auth }),
  };
}

interface Sample {
  labels?: Readonly<Record<string, string>>;
  value: number | undefined;
}

interface Metric {
  name: string;
  help: string;
  samplesOf(verdict: Verdict): readonly Sample[];
}

const STATUS_NUMBER = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);

const METRICS: readonly Metric[] = [
  {
    name: 'nost_relay_up',
    help: 'Whether the relay answered a REQ.',
    samplesOf: ({ health }) => [{ value: health.problem ? 0 : 1 }],
  },
  {
    name: 'nost_relay_status',
    help: 'The verdict: 0 ok, 1 warning, 2 critical, 3 unknown.',
    samplesOf: ({ status }) => [{ value: STATUS_NUMBER[status] }],
  },
  {
    name: 'nost_relay_round_trip_seconds',
    help: 'From a REQ to its EOSE.',
    samplesOf: ({ health }) => [{ value: seconds(health.roundTrip) }],
  },
  {
    name: 'nost_relay_handshake_seconds',
    help: 'The parts of opening a connection.',
    samplesOf: ({ health }) =>
      Object.entries(health.parts).map(([part, ms]) => ({ labels: { part }, value: seconds(ms) })),
  },
  {
    name: 'nost_relay_certificate_end_timestamp_seconds',
    help: 'When the certificate ends.',
    samplesOf: ({ health }) => [{ value: health.certificateEnds }],
  },
  {
    name: 'nost_relay_newest_event_timestamp_seconds',
    help: 'The created_at of the newest event that was asked for.',
    samplesOf: ({ health }) => [{ value: health.newest ?? undefined }],
  },
  {
    name: 'nost_relay_auth_required',
    help: 'Whether the relay wants NIP-42 authentication.',
    samplesOf: ({ health: { auth } }) => [{ value: auth && (auth === 'none' ? 0 : 1) }],
  },
];

/** All samples of a metric stand together, under its help. */
function metricLines({ name, help, samplesOf }: Metric, verdicts: readonly Verdict[]): string[] {
  const samples = verdicts.flatMap(verdict =>
    samplesOf(verdict).flatMap(({ labels, value }) =>
      value === undefined ? [] : [`${name}{${labelsInWords({ relay: verdict.relay, ...labels })}} ${value}`],
    ),
  );
  return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples];
}

function labelsInWords(labels: Readonly<Record<string, string>>): string {
  const escaped = (value: string) =>
    value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

/** One line with its performance data; of several relays that of all, and a line for each. */
function nagiosLines(verdicts: readonly Verdict[], bounds: Bounds): string[] {
  const [only] = verdicts;
  const status = worstStatus(verdicts.map(verdict => verdict.status));
  const told = verdicts.map(verdict => `${verdict.relay}: ${words(verdict.findings)}`.replaceAll('|', '/'));
  const good = verdicts.filter(verdict => verdict.status === 'ok').length;
  const summary = verdicts.length === 1 ? told[0]! : `${good} of ${verdicts.length} relays are ok`;
  const data = verdicts.flatMap(verdict => performanceData(verdict, bounds, verdict !== only));
  const first = `RELAY ${status.toUpperCase()} - ${summary}${data.length > 0 ? ` | ${data.join(' ')}` : ''}`;
  return verdicts.length === 1 ? [first] : [first, ...told];
}

/** `label=value;warn;crit;min`; a bound with a colon is one from below. Labels hold neither quotes nor equal signs. */
function performanceData(
  { relay, health, certificateDays, age }: Verdict,
  { warn, crit, certWarn, certCrit, fresh }: Bounds,
  isFurther: boolean,
): string[] {
  const label = (name: string) => (isFurther ? `'${relay.replace(/[='|]/g, '_')} ${name}'` : name);
  const days = (ms: number) => `${ms / 86_400_000}:`;
  const data: string[] = [];
  if (health.roundTrip !== undefined)
    data.push(
      `${label('round_trip')}=${(health.roundTrip / 1000).toFixed(6)}s;${warn / 1000};${crit / 1000};0`,
    );
  if (certificateDays !== undefined)
    data.push(`${label('certificate_days')}=${certificateDays};${days(certWarn)};${days(certCrit)}`);
  if (age !== undefined)
    data.push(`${label('newest_event')}=${age}s;;${fresh === undefined ? '' : fresh / 1000};0`);
  return data;
}
