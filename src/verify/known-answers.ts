// What an engine must know before it is believed: published answers of BIP-340, true ones and every kind of
// false one. A library that somebody else put on this machine proves itself with them at each load.
import { hexToBytes } from '../protocol/hex.ts';
import type { Engine } from './engine.ts';

interface KnownAnswer {
  about: string;
  message: string;
  key: string;
  signature: string;
  valid: boolean;
}

const KEY = 'dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659';
const MESSAGE = '243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89';
const R = '6cff5c3ba86c69ea4b7376f31a9bcb4f74c1976089b2d9963da2e5543e177769';
const S = '69e89b4c5564d00349106b8497785dd7d1d713a8ae82b32fa79d5f7fc407d39b';
const FIELD_SIZE = 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f';
const CURVE_ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';

/** From the test vectors of BIP-340; the numbers are theirs. */
const KNOWN_ANSWERS: readonly KnownAnswer[] = [
  {
    about: '1: a signature',
    message: MESSAGE,
    key: KEY,
    signature:
      '6896bd60eeae296db48a229ff71dfe071bde413e6d43f917dc8dcf8c78de33418906d11ac976abccb20b091292bff4ea897efcb639ea871cfa95f6de339e4b0a',
    valid: true,
  },
  {
    about: '3: a message above the field size',
    message: 'ff'.repeat(32),
    key: '25d1dff95105f5253c4022f628a996ad3a0d95fbf21d468a1b33f8c160d8f517',
    signature:
      '7eb0509757e246f19449885651611cb965ecc1a187dd51b64fda1edc9637d5ec97582b9cb13db3933705b32ba982af5af25fd78881ebb32771fc5922efc66ea3',
    valid: true,
  },
  {
    about: '18: a message of 100 bytes',
    message: '99'.repeat(100),
    key: '778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117',
    signature:
      '403b12b0d8555a344175ea7ec746566303321e5dbfa8be6f091635163eca79a8585ed3e3170807e7c03b720fc54c7b23897fcba0e9d0b4a06894cfd249f22367',
    valid: true,
  },
  {
    about: '5: a key that is not on the curve',
    message: MESSAGE,
    key: 'eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34',
    signature: R + S,
    valid: false,
  },
  {
    about: '6: an R whose y is odd',
    message: MESSAGE,
    key: KEY,
    signature:
      'fff97bd5755eeea420453a14355235d382f6472f8568a18b2f057a14602975563cc27944640ac607cd107ae10923d9ef7a73c643e166be5ebeafa34b1ac553e2',
    valid: false,
  },
  {
    about: '7: a negated message',
    message: MESSAGE,
    key: KEY,
    signature:
      '1fa62e331edbc21c394792d2ab1100a7b432b013df3f6ff4f99fcb33e0e1515f28890b3edb6e7189b630448b515ce4f8622a954cfe545735aaea5134fccdb2bd',
    valid: false,
  },
  {
    about: '9: an R at infinity',
    message: MESSAGE,
    key: KEY,
    signature: `${'00'.repeat(32)}123dda8328af9c23a94c1feecfd123ba4fb73476f0d594dcb65c6425bd186051`,
    valid: false,
  },
  { about: '12: r = p', message: MESSAGE, key: KEY, signature: FIELD_SIZE + S, valid: false },
  { about: '13: s = n', message: MESSAGE, key: KEY, signature: R + CURVE_ORDER, valid: false },
  {
    about: '14: a key above the field size',
    message: MESSAGE,
    key: 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30',
    signature: R + S,
    valid: false,
  },
];

/** The first answer that the engine gets wrong, in words; undefined when it knows them all. */
export function wrongAnswer(verify: Engine['verify']): string | undefined {
  return KNOWN_ANSWERS.find(({ message, key, signature, valid }) => {
    return verify(hexToBytes(signature), hexToBytes(message), hexToBytes(key)) !== valid;
  })?.about;
}
