// Every case, in the order in which they are listed and reported.
import type { Case } from '../case.ts';
import { TIMES } from './nip01/created-at.ts';
import { EPHEMERAL } from './nip01/ephemeral.ts';
import { FILTERS } from './nip01/filters.ts';
import { JSON_TEXTS } from './nip01/json.ts';
import { JSON_FRAMES } from './nip01/json-frames.ts';
import { LISTS } from './nip01/lists.ts';
import { MESSAGES } from './nip01/messages.ts';
import { ORDERS } from './nip01/order.ts';
import { PUBLIC } from './nip01/public.ts';
import { REPLACEABLE } from './nip01/replaceable.ts';
import { ROBUST } from './nip01/robust.ts';
import { SUB_IDS } from './nip01/sub-ids.ts';
import { SUBSCRIPTIONS } from './nip01/subscriptions.ts';
import { TAGS } from './nip01/tags.ts';
import { WIRE } from './nip01/wire.ts';
import { DELETIONS } from './nip09.ts';
import { NIP11 } from './nip11.ts';
import { WORK } from './nip13.ts';
import { EXPIRATION } from './nip40.ts';
import { NIP42 } from './nip42.ts';
import { COUNTING } from './nip45.ts';
import { SEARCHING } from './nip50.ts';
import { PRIVATE } from './nip59.ts';
import { VANISHING } from './nip62.ts';
import { HINTS } from './nip67.ts';
import { PROTECTED } from './nip70.ts';
import { NEGENTROPY } from './nip77.ts';

export const CASES: readonly Case[] = [
  ...MESSAGES,
  ...SUBSCRIPTIONS,
  ...SUB_IDS,
  ...ROBUST,
  ...JSON_TEXTS,
  ...JSON_FRAMES,
  ...TIMES,
  ...WIRE,
  ...PUBLIC,
  ...FILTERS,
  ...TAGS,
  ...LISTS,
  ...ORDERS,
  ...EPHEMERAL,
  ...REPLACEABLE,
  ...DELETIONS,
  ...NIP11,
  ...WORK,
  ...EXPIRATION,
  ...NIP42,
  ...COUNTING,
  ...SEARCHING,
  ...PRIVATE,
  ...VANISHING,
  ...HINTS,
  ...PROTECTED,
  ...NEGENTROPY,
];
