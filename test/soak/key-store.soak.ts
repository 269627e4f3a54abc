// Every step of every store, killed: the thorough version (NOST_SOAK is set) of what `npm test` samples.
import '../e2e/key-store.test.ts';
