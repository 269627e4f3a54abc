// What --pretty shows instead of each JSON line: cards for events, tables or blocks for other records. Names of authors
// come from the user's accounts and from the profiles that pass by.
import { type Event, InvalidEvent, parseEvent } from '../../protocol/event.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import type { Style } from '../style.ts';
import type { Presenter } from '../writer.ts';
import { eventCard, profileOf } from './event-card.ts';
import { findingCard } from './finding-card.ts';
import { cut, shortCode } from './measure.ts';
import { PingBoard } from './ping-board.ts';
import { relayTable } from './relay-table.ts';
import {
  fit,
  type Layout,
  recordBlock,
  type TableSettings,
  tableHead,
  tableRows,
  wishesOf,
} from './table.ts';
import { safeLine } from './values.ts';

/**
 * How records that are no events are shown: each for itself, as rows, at the end as columns, as times of pings, or as
 * findings with their evidence.
 */
export type RecordLayout = 'blocks' | 'rows' | 'columns' | 'pings' | 'findings';

export interface PrettySettings {
  /** Of the terminal, as wide as it is now. */
  columns: () => number;
  style: Style;
  layout: RecordLayout;
  /** Names of the user's own accounts by public key. */
  accounts: ReadonlyMap<string, string>;
}

/** Names of profiles that are remembered. */
const MOST_NAMES = 10_000;
const WIDEST_NAME = 24;

export class PrettyPresenter implements Presenter {
  readonly isPretty = true;
  readonly #settings: PrettySettings;
  /** Of profiles that came by. */
  readonly #names = new Map<string, string>();
  readonly #columns: object[] = [];
  readonly #pings: PingBoard | undefined;
  /** Of the table that is being written: how wide its columns want to be, and its head. */
  #wishes: Layout = new Map();
  #head = '';

  constructor(settings: PrettySettings) {
    this.#settings = settings;
    this.#pings = settings.layout === 'pings' ? new PingBoard() : undefined;
  }

  present(lines: readonly string[]): string {
    const shown: string[] = [];
    let records: object[] = [];
    const flush = () => {
      if (records.length > 0) shown.push(...this.#records(records));
      records = [];
    };
    for (const line of lines) {
      const value = objectOf(line);
      const card = value && this.#card(value);
      if (value && !card) {
        records.push(value);
        continue;
      }
      flush();
      this.#head = '';
      shown.push(...(card ?? [safeLine(line)]));
    }
    flush();
    return join(shown);
  }

  end(): string {
    if (this.#pings) return join(this.#pings.end(this.#table));
    return this.#columns.length === 0 ? '' : join(relayTable(this.#columns.splice(0), this.#table));
  }

  get #table(): TableSettings {
    const { columns, style } = this.#settings;
    return { columns: columns(), style };
  }

  #card(value: object): string[] | undefined {
    const { relay, stored, event: wrapped } = value as { relay?: unknown; stored?: unknown; event?: unknown };
    const rumor = wrapped === undefined ? rumorOf(value) : undefined;
    const event = rumor ?? eventOf(wrapped ?? value);
    if (event === undefined) return undefined;
    this.#learn(event);
    const { columns, style } = this.#settings;
    const notes = typeof relay === 'string' ? [relay, ...(stored === false ? ['live'] : [])] : [];
    const { wrap } = value as { wrap?: unknown };
    if (rumor && wrap === undefined) notes.push('unsigned'); // dm read knows who signed the seal
    if (rumor && wrap === null) notes.push('NIP-04');
    return eventCard(event, {
      columns: columns(),
      style,
      name: this.#nameOf(event.pubkey),
      notes,
      accounts: this.#settings.accounts,
      isOpened: wrap === null,
    });
  }

  /** A profile may call itself as it likes, so the key stands beside its name; that of an account is enough. */
  #nameOf(pubkey: string): string {
    const account = this.#settings.accounts.get(pubkey);
    if (account !== undefined) return account;
    const npub = shortCode(encodeEntity({ type: 'npub', pubkey }));
    const name = this.#names.get(pubkey);
    return name === undefined ? npub : `${name} (${npub})`;
  }

  #learn({ kind, pubkey, content }: Event): void {
    if (kind !== 0 || this.#names.size >= MOST_NAMES) return;
    const { display_name, name } = (profileOf(content) ?? {}) as Record<string, unknown>;
    const called = [display_name, name].find(text => typeof text === 'string' && text.trim() !== '');
    if (typeof called === 'string')
      this.#names.set(pubkey, cut(safeLine(called.trim().slice(0, 200)), WIDEST_NAME));
  }

  #records(records: readonly object[]): string[] {
    const settings = this.#table;
    const { layout } = this.#settings;
    if (layout === 'columns') {
      this.#columns.push(...records);
      return [];
    }
    if (this.#pings) {
      const rows = records.map(record => this.#pings!.add(record)).filter(row => row !== undefined);
      return rows.length === 0 ? [] : this.#rows(rows, settings);
    }
    if (layout === 'findings') return records.flatMap(record => findingCard(record, settings));
    if (layout === 'blocks') return records.flatMap(record => recordBlock(record, settings));
    return this.#rows(records, settings);
  }

  /**
   * Rows go on under the head above them while their columns stay as wide as they are. A record without the first column,
   * such as what all counts come to, is no row.
   */
  #rows(records: readonly object[], settings: TableSettings): string[] {
    const [first] = (this.#wishes.size > 0 ? this.#wishes : wishesOf(records.slice(0, 1))).keys();
    const isRow = (record: object) => first === undefined || Object.hasOwn(record, first);
    if (!records.every(isRow))
      return records.flatMap(record =>
        isRow(record) ? this.#rows([record], settings) : ['', ...recordBlock(record, settings)],
      );
    this.#wishes = wishesOf(records, this.#wishes);
    const layout = fit(this.#wishes, settings);
    if (!layout) return records.flatMap(record => recordBlock(record, settings));
    const head = tableHead(layout, settings);
    const isNew = head !== this.#head;
    this.#head = head;
    return [...(isNew ? [head] : []), ...tableRows(records, layout, settings)];
  }
}

function eventOf(value: unknown): Event | undefined {
  try {
    return parseEvent(value);
  } catch (error) {
    if (error instanceof InvalidEvent) return undefined;
    throw error;
  }
}

/** The message in a gift wrap is an event without a signature (NIP-59); what `decode` says of an event has a type. */
function rumorOf(value: object): Event | undefined {
  if ('sig' in value || 'type' in value || !('content' in value)) return undefined;
  return eventOf({ ...value, sig: '0'.repeat(128) });
}

function objectOf(line: string): object | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function join(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('');
}
