// The mutation table: for each required case a way to break our relay, and the cases that fail with it.

import { FILTER_MUTATIONS } from './filters.ts';
import { JSON_MUTATIONS } from './json.ts';
import { MESSAGE_MUTATIONS } from './messages.ts';
import type { CaseMutation } from './mutation.ts';
import { NIP11_MUTATIONS } from './nip11.ts';
import { NIP42_MUTATIONS } from './nip42.ts';
import { OPTIONAL_MUTATIONS } from './optional.ts';
import { ORDER_MUTATIONS } from './order.ts';
import { DELETION_MUTATIONS, REPLACING_MUTATIONS } from './replacing.ts';
import { SUBSCRIPTION_MUTATIONS } from './subscriptions.ts';
import { WIRE_MUTATIONS } from './wire.ts';

export const MUTATIONS: readonly CaseMutation[] = [
  ...MESSAGE_MUTATIONS,
  ...SUBSCRIPTION_MUTATIONS,
  ...JSON_MUTATIONS,
  ...WIRE_MUTATIONS,
  ...NIP11_MUTATIONS,
  ...NIP42_MUTATIONS,
  ...FILTER_MUTATIONS,
  ...ORDER_MUTATIONS,
  ...REPLACING_MUTATIONS,
  ...DELETION_MUTATIONS,
  ...OPTIONAL_MUTATIONS,
];
