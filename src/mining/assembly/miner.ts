// AssemblyScript, compiled to WebAssembly by `npm run generate`: sha256 of one text with many counters in it, four at a
// time, one in each lane of a vector. The last three digits of the counter begin a block, the hot one (`aroundNonce`
// makes it so): what stands before it is hashed once for a thousand counters (the midstate), and in it only the first
// word is another each time. The blocks behind it are the same for all, so their words are prepared once for many counters.
//
// The caller puts the text at `input` and calls `begin`; then for each thousand it puts the digits before the last three
// there, calls `turn`, and `scan` until the thousand is over.

/** Bytes of a block of sha256. */
const BLOCK: usize = 64;
/** Bytes of a vector, and of a state in four lanes. */
const VECTOR: usize = 16;
const STATE: usize = 8 * VECTOR;

/** Groups of four counters that go through the blocks together. */
const MOST_GROUPS: u32 = 64;

/** What the last three digits can be. */
const THOUSAND: u32 = 1000;

/** The digit. */
const ZERO: u32 = 0x30;

/** What padding adds to a text, at most. */
const PADDING: usize = 2 * BLOCK;

// FIPS 180-4, 4.2.2: the first bits of the cube roots of the first primes.
const CONSTANTS = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);
// 5.3.3: of the square roots.
const INITIAL = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

/** The constants in every lane. */
const K = memory.data(64 * VECTOR, 16);
/** "000" to "999", each as the first three bytes of a word. */
const digits = memory.data(THOUSAND * 4, 16);
/** The 64 words of a block, in every lane; and with the constants added. */
const words = memory.data(64 * VECTOR, 16);
const hotSums = memory.data(64 * VECTOR, 16);
const sums = memory.data(64 * VECTOR, 16);
/** The words of a block that is the same in all lanes, once. */
const scalars = memory.data(64 * 4, 4);
/** Of the words of the hot block: the part that is the same in all lanes, in every lane. */
const fixed = memory.data(64 * VECTOR, 16);
/** The states before the counter and before its last three digits, in every lane. */
const early = memory.data(STATE, 16);
const midstate = memory.data(STATE, 16);
/** The states of the groups under way. */
const states = memory.data(MOST_GROUPS * STATE, 16);

/** Where the caller puts the text, and how many bytes there is room for. */
export let input: usize = heap.alloc(4096 + PADDING);
export let room: usize = 4096;

/** The first block that holds the counter, the one that its last three digits begin, and the end of all. */
let counterBlock: usize = 0;
let hotBlock: usize = 0;
let end: usize = 0;

prepareConstants();

function prepareConstants(): void {
  for (let i: usize = 0; i < 64; i++) v128.store(K + i * VECTOR, v128.load32_splat(CONSTANTS + i * 4));
  for (let i: u32 = 0; i < THOUSAND; i++) {
    const hundreds = ZERO + i / 100;
    const tens = ZERO + ((i / 10) % 10);
    store<u32>(digits + i * 4, (hundreds << 24) | (tens << 16) | ((ZERO + (i % 10)) << 8));
  }
}

/** Makes room for a text of that many bytes; what was at `input` is lost. */
export function grow(bytes: usize): void {
  input = heap.alloc(bytes + PADDING);
  room = bytes;
}

/** Takes the text at `input`, with a counter that begins at `at` and whose last three digits are at `hot`. */
export function begin(length: usize, at: usize, hot: usize): void {
  pad(length);
  counterBlock = input + (at & ~(BLOCK - 1));
  hotBlock = input + hot;
  for (let i: usize = 0; i < 8; i++) v128.store(early + i * VECTOR, i32x4.splat(load<u32>(INITIAL + i * 4)));
  for (let block = input; block < counterBlock; block += BLOCK) {
    prepareShared(block);
    addBlock(early, sums);
  }
}

/** 5.1.1: a bit, zeros, and the length in bits, so that the end is one of a block. */
function pad(length: usize): void {
  end = input + ((length + 8 + BLOCK) & ~(BLOCK - 1));
  memory.fill(input + length, 0, end - input - length);
  store<u8>(input + length, 0x80);
  store<u64>(end - 8, bswap<u64>((<u64>length) << 3));
}

/** The digits before the last three are others now. */
export function turn(): void {
  memory.copy(midstate, early, STATE);
  for (let block = counterBlock; block < hotBlock; block += BLOCK) {
    prepareShared(block);
    addBlock(midstate, sums);
  }
  prepareHot();
}

function wordAt(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}

/**
 * Tries the thousand's counters from `from` on, four in each of so many groups, up to 64. Returns the number of the first
 * whose hash has no bit of `mask` in its first 32 bits, or -1.
 */
export function scan(from: u32, groups: u32, mask: i32): i32 {
  for (let group: u32 = 0; group < groups; group++) {
    const state = states + group * STATE;
    memory.copy(state, midstate, STATE);
    prepareLanes(v128.load(digits + (from + group * 4) * 4));
    addBlock(state, hotSums);
  }
  for (let block = hotBlock + BLOCK; block < end; block += BLOCK) {
    prepareShared(block);
    for (let group: u32 = 0; group < groups; group++) addBlock(states + group * STATE, sums);
  }
  const masks = i32x4.splat(mask);
  for (let group: u32 = 0; group < groups; group++) {
    const hit = i32x4.eq(v128.and(v128.load(states + group * STATE), masks), i32x4.splat(0));
    if (v128.any_true(hit)) return group * 4 + ctz(i32x4.bitmask(hit));
  }
  return -1;
}

function turned(x: v128, by: i32): v128 {
  return v128.or(i32x4.shr_u(x, by), i32x4.shl(x, 32 - by));
}

function add(x: v128, y: v128): v128 {
  return i32x4.add(x, y);
}

function xor3(x: v128, y: v128, z: v128): v128 {
  return v128.xor(v128.xor(x, y), z);
}

/** 6.2.2: T1, of which `h + K + W` is given. */
function first(e: v128, f: v128, g: v128, sum: v128): v128 {
  const choice = v128.xor(g, v128.and(e, v128.xor(f, g)));
  return add(add(sum, choice), xor3(turned(e, 6), turned(e, 11), turned(e, 25)));
}

/** 6.2.2: T2. */
function second(a: v128, b: v128, c: v128): v128 {
  const majority = v128.xor(b, v128.and(v128.xor(a, b), v128.xor(b, c)));
  return add(majority, xor3(turned(a, 2), turned(a, 13), turned(a, 22)));
}

function sigma0(x: v128): v128 {
  return xor3(turned(x, 7), turned(x, 18), i32x4.shr_u(x, 3));
}

function sigma1(x: v128): v128 {
  return xor3(turned(x, 17), turned(x, 19), i32x4.shr_u(x, 10));
}

/** 6.2.2, step 1: the words of a block of the text that is the same in all lanes. */
function prepareShared(block: usize): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(scalars + i, wordAt(block + i));
  for (let t: usize = 16; t < 64; t++)
    store<u32>(
      scalars + t * 4,
      scalar(t - 16) + scalarSigma0(scalar(t - 15)) + scalar(t - 7) + scalarSigma1(scalar(t - 2)),
    );
  for (let t: usize = 0; t < 64; t++)
    v128.store(sums + t * VECTOR, i32x4.splat(scalar(t) + load<u32>(CONSTANTS + t * 4)));
}

function scalar(t: usize): u32 {
  return load<u32>(scalars + t * 4);
}

function scalarSigma0(x: u32): u32 {
  return rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >> 3);
}

function scalarSigma1(x: u32): u32 {
  return rotr<u32>(x, 17) ^ rotr<u32>(x, 19) ^ (x >> 10);
}

/** Those words of the hot block, as bits, that do not depend on its first one: 1 to 15, 17, 19 and 21. */
const FIXED: u64 = 0x2afffe;

function isFixed(t: usize): bool {
  return ((FIXED >> t) & 1) === 1;
}

/** Does for the hot block what need not be done again for each counter. */
function prepareHot(): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(scalars + i, wordAt(hotBlock + i));
  store<u32>(scalars, scalar(0) & 0xff); // the three digits are the counter's
  v128.store(fixed, i32x4.splat(scalar(0)));
  for (let t: usize = 16; t < 38; t++) {
    let sum: u32 = 0;
    if (isFixed(t - 16)) sum += scalar(t - 16);
    if (isFixed(t - 15)) sum += scalarSigma0(scalar(t - 15));
    if (isFixed(t - 7)) sum += scalar(t - 7);
    if (isFixed(t - 2)) sum += scalarSigma1(scalar(t - 2));
    store<u32>(scalars + t * 4, sum);
    v128.store(fixed + t * VECTOR, i32x4.splat(sum));
  }
  for (let t: usize = 1; t < 22; t++)
    if (isFixed(t)) v128.store(hotSums + t * VECTOR, i32x4.splat(scalar(t) + load<u32>(CONSTANTS + t * 4)));
}

function rest(t: usize): v128 {
  return v128.load(fixed + t * VECTOR);
}

function word(t: usize): v128 {
  return v128.load(words + t * VECTOR);
}

function put(t: usize, value: v128): v128 {
  v128.store(words + t * VECTOR, value);
  v128.store(hotSums + t * VECTOR, add(value, v128.load(K + t * VECTOR)));
  return value;
}

/** 6.2.2, step 1, for the hot block with these digits of the counter in each lane, without what is fixed. */
function prepareLanes(digits: v128): void {
  const w0 = v128.or(digits, rest(0));
  v128.store(hotSums, add(w0, v128.load(K)));
  const w16 = put(16, add(w0, rest(16)));
  const w18 = put(18, add(sigma1(w16), rest(18)));
  const w20 = put(20, add(sigma1(w18), rest(20)));
  const w22 = put(22, add(sigma1(w20), rest(22)));
  const w23 = put(23, add(w16, rest(23)));
  const w24 = put(24, add(sigma1(w22), rest(24)));
  const w25 = put(25, add(add(sigma1(w23), w18), rest(25)));
  const w26 = put(26, add(sigma1(w24), rest(26)));
  const w27 = put(27, add(add(sigma1(w25), w20), rest(27)));
  const w28 = put(28, add(sigma1(w26), rest(28)));
  const w29 = put(29, add(add(sigma1(w27), w22), rest(29)));
  const w30 = put(30, add(add(sigma1(w28), w23), rest(30)));
  const w31 = put(31, add(add(sigma1(w29), w24), add(sigma0(w16), rest(31))));
  const w32 = put(32, add(add(sigma1(w30), w25), add(w16, rest(32))));
  const w33 = put(33, add(add(sigma1(w31), w26), add(sigma0(w18), rest(33))));
  const w34 = put(34, add(add(sigma1(w32), w27), add(w18, rest(34))));
  const w35 = put(35, add(add(sigma1(w33), w28), add(sigma0(w20), rest(35))));
  const w36 = put(36, add(add(sigma1(w34), w29), add(w20, rest(36))));
  put(37, add(add(sigma1(w35), w30), add(sigma0(w22), rest(37))));
  let before = w36;
  let last = word(37);
  for (let t: usize = 38; t < 64; t += 2) {
    before = put(t, add(add(sigma1(before), word(t - 7)), add(sigma0(word(t - 15)), word(t - 16))));
    last = put(t + 1, add(add(sigma1(last), word(t - 6)), add(sigma0(word(t - 14)), word(t - 15))));
  }
}

/** 6.2.2, steps 2 to 4: adds the block whose words have these sums to a state. */
function addBlock(state: usize, sums: usize): void {
  let a = v128.load(state);
  let b = v128.load(state, VECTOR);
  let c = v128.load(state, 2 * VECTOR);
  let d = v128.load(state, 3 * VECTOR);
  let e = v128.load(state, 4 * VECTOR);
  let f = v128.load(state, 5 * VECTOR);
  let g = v128.load(state, 6 * VECTOR);
  let h = v128.load(state, 7 * VECTOR);
  let t: v128;
  for (let at = sums; at < sums + 64 * VECTOR; at += 8 * VECTOR) {
    t = first(e, f, g, add(h, v128.load(at)));
    d = add(d, t);
    h = add(t, second(a, b, c));
    t = first(d, e, f, add(g, v128.load(at, VECTOR)));
    c = add(c, t);
    g = add(t, second(h, a, b));
    t = first(c, d, e, add(f, v128.load(at, 2 * VECTOR)));
    b = add(b, t);
    f = add(t, second(g, h, a));
    t = first(b, c, d, add(e, v128.load(at, 3 * VECTOR)));
    a = add(a, t);
    e = add(t, second(f, g, h));
    t = first(a, b, c, add(d, v128.load(at, 4 * VECTOR)));
    h = add(h, t);
    d = add(t, second(e, f, g));
    t = first(h, a, b, add(c, v128.load(at, 5 * VECTOR)));
    g = add(g, t);
    c = add(t, second(d, e, f));
    t = first(g, h, a, add(b, v128.load(at, 6 * VECTOR)));
    f = add(f, t);
    b = add(t, second(c, d, e));
    t = first(f, g, h, add(a, v128.load(at, 7 * VECTOR)));
    e = add(e, t);
    a = add(t, second(b, c, d));
  }
  v128.store(state, add(a, v128.load(state)));
  v128.store(state, add(b, v128.load(state, VECTOR)), VECTOR);
  v128.store(state, add(c, v128.load(state, 2 * VECTOR)), 2 * VECTOR);
  v128.store(state, add(d, v128.load(state, 3 * VECTOR)), 3 * VECTOR);
  v128.store(state, add(e, v128.load(state, 4 * VECTOR)), 4 * VECTOR);
  v128.store(state, add(f, v128.load(state, 5 * VECTOR)), 5 * VECTOR);
  v128.store(state, add(g, v128.load(state, 6 * VECTOR)), 6 * VECTOR);
  v128.store(state, add(h, v128.load(state, 7 * VECTOR)), 7 * VECTOR);
}
