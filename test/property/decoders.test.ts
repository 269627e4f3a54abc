// Thousands of damaged texts for every decoder. `npm run soak` gives each a million.
import { describe, test } from 'node:test';
import { runs } from '../support/arbitraries.ts';
import { DECODERS } from '../support/decoders.ts';
import { fuzz } from '../support/fuzzing.ts';

describe('damaged texts are decoded to what they claim to be, or refused by an error of the decoder', () => {
  for (const decoder of DECODERS)
    test(decoder.name, () => void fuzz(decoder, decoder.isSlow ? 300 : 3000, runs(1).seed));
});
