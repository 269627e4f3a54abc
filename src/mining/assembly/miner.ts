// AssemblyScript, compiled to WebAssembly by `npm run generate`: sha256 of one text with many counters in it, four at a
// time, one in each lane of a vector. What stands before the block that the counter begins in is hashed once (the
// midstate). The blocks behind the counter are the same for all, so their words are prepared once for many counters.
//
// The caller puts the text with its first counter at `input`, calls `begin`, and then `scan` until it is content.

/** Bytes of a block of sha256. */
const BLOCK: usize = 64;
/** Bytes of a vector; of the sixteen words of a block in four lanes; of a state in four lanes. */
const VECTOR: usize = 16;
const LANE_BLOCK: usize = 16 * VECTOR;
const STATE: usize = 8 * VECTOR;

/** Groups of four counters that go through the blocks together. */
const MOST_GROUPS: u32 = 64;

/** A counter of up to 16 digits lies in two blocks at most. */
const COUNTER_BLOCKS: usize = 2;

/** The digit. */
const NINE: u8 = 0x39;

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

/** The blocks that hold the counter, each lane with its own. */
const counterBlocks = memory.data(COUNTER_BLOCKS * LANE_BLOCK, 16);
/** The 64 words of the block that was prepared, and those with the constants added, which every lane has. */
const words = memory.data(64 * VECTOR, 16);
const sums = memory.data(64 * VECTOR, 16);
/** The state before the counter, in every lane. */
const midstate = memory.data(STATE, 16);
/** The states of the groups under way. */
const states = memory.data(MOST_GROUPS * STATE, 16);

/** Where the caller puts the text, and how many bytes there is room for. */
export let input: usize = heap.alloc(4096 + PADDING);
export let room: usize = 4096;

/** The first block that holds the counter, and the first behind it, and the end of all. */
let counterBlock: usize = 0;
let sharedBlock: usize = 0;
let end: usize = 0;
/** Where the digits of the counter are, counted from `counterBlock`. */
let firstDigit: usize = 0;
let lastDigit: usize = 0;

/** Makes room for a text of that many bytes; what was at `input` is lost. */
export function grow(bytes: usize): void {
  input = heap.alloc(bytes + PADDING);
  room = bytes;
}

/** Takes the text at `input`, with a counter of `digits` digits at `at` in it. */
export function begin(length: usize, at: usize, digits: usize): void {
  pad(length);
  counterBlock = input + (at & ~(BLOCK - 1));
  sharedBlock = input + ((at + digits - 1) & ~(BLOCK - 1)) + BLOCK;
  firstDigit = input + at - counterBlock;
  lastDigit = firstDigit + digits - 1;
  for (let i: usize = 0; i < 8; i++)
    v128.store(midstate + i * VECTOR, i32x4.splat(load<u32>(INITIAL + i * 4)));
  for (let block = input; block < counterBlock; block += BLOCK) {
    prepareShared(block);
    addBlock(midstate);
  }
  for (let block = counterBlock; block < sharedBlock; block += 4)
    v128.store(counterBlocks + (block - counterBlock) * 4, i32x4.splat(wordAt(block)));
  for (let lane: usize = 1; lane < 4; lane++) advance(lane, <u8>lane);
}

/** 5.1.1: a bit, zeros, and the length in bits, so that the end is one of a block. */
function pad(length: usize): void {
  end = input + ((length + 8 + BLOCK) & ~(BLOCK - 1));
  memory.fill(input + length, 0, end - input - length);
  store<u8>(input + length, 0x80);
  store<u64>(end - 8, bswap<u64>((<u64>length) << 3));
}

function wordAt(at: usize): i32 {
  return <i32>bswap<u32>(load<u32>(at));
}

/** Adds to the counter of a lane, in its digits. What would get a digit more begins again at zero. */
function advance(lane: usize, by: u8): void {
  let carry = by;
  for (let digit = lastDigit + 1; carry > 0 && digit-- > firstDigit; ) {
    // Words are big-endian, memory is little-endian.
    const at = counterBlocks + (digit >> 2) * VECTOR + lane * 4 + (3 - (digit & 3));
    const sum: u8 = load<u8>(at) + carry;
    carry = <u8>(sum > NINE);
    store<u8>(at, carry ? sum - 10 : sum);
  }
}

/**
 * Tries the next counters, four in each of so many groups, up to 64. Returns the number of the first whose hash has
 * no bit of `mask` in its first 32 bits, or -1.
 */
export function scan(groups: u32, mask: i32): i32 {
  for (let group: u32 = 0; group < groups; group++) {
    const state = states + group * STATE;
    for (let i: usize = 0; i < STATE; i += VECTOR) v128.store(state + i, v128.load(midstate + i));
    const size = sharedBlock - counterBlock;
    for (let block: usize = 0; block < size; block += BLOCK) {
      prepareLanes(counterBlocks + block * 4);
      addBlock(state);
    }
    advance(0, 4);
    advance(1, 4);
    advance(2, 4);
    advance(3, 4);
  }
  for (let block = sharedBlock; block < end; block += BLOCK) {
    prepareShared(block);
    for (let group: u32 = 0; group < groups; group++) addBlock(states + group * STATE);
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

/** Prepares a block in which each lane has words of its own. */
function prepareLanes(block: usize): void {
  for (let i: usize = 0; i < LANE_BLOCK; i += VECTOR) v128.store(words + i, v128.load(block + i));
  for (let at = words; at < words + 48 * VECTOR; at += VECTOR) {
    const old = v128.load(at, VECTOR);
    const young = v128.load(at, 14 * VECTOR);
    const sigma0 = xor3(turned(old, 7), turned(old, 18), i32x4.shr_u(old, 3));
    const sigma1 = xor3(turned(young, 17), turned(young, 19), i32x4.shr_u(young, 10));
    v128.store(at, add(add(v128.load(at), sigma0), add(v128.load(at, 9 * VECTOR), sigma1)), 16 * VECTOR);
  }
  for (let i: usize = 0; i < 64; i++)
    v128.store(sums + i * VECTOR, add(v128.load(words + i * VECTOR), v128.load32_splat(CONSTANTS + i * 4)));
}

/** Prepares a block of the text that is the same in all lanes. */
function prepareShared(block: usize): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(words + i, wordAt(block + i));
  for (let at = words; at < words + 48 * 4; at += 4) {
    const old = load<u32>(at, 4);
    const young = load<u32>(at, 14 * 4);
    const sigma0 = rotr<u32>(old, 7) ^ rotr<u32>(old, 18) ^ (old >> 3);
    const sigma1 = rotr<u32>(young, 17) ^ rotr<u32>(young, 19) ^ (young >> 10);
    store<u32>(at, load<u32>(at) + sigma0 + load<u32>(at, 9 * 4) + sigma1, 16 * 4);
  }
  for (let i: usize = 0; i < 64; i++)
    v128.store(sums + i * VECTOR, i32x4.splat(load<u32>(words + i * 4) + load<u32>(CONSTANTS + i * 4)));
}

/** 6.2.2, steps 2 to 4: adds the block that was prepared to a state. */
function addBlock(state: usize): void {
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
