// Every decoder of foreign text: one list for the thousands of the tests and the millions of the soak.
import { CODE_DECODERS } from './code-decoders.ts';
import type { Decoder } from './decoder.ts';
import { DOCUMENT_DECODERS } from './document-decoders.ts';
import { EVENT_DECODERS } from './event-decoders.ts';
import { PAYMENT_DECODERS } from './payment-decoders.ts';

export const DECODERS: readonly Decoder[] = [
  ...EVENT_DECODERS,
  ...CODE_DECODERS,
  ...DOCUMENT_DECODERS,
  ...PAYMENT_DECODERS,
];
