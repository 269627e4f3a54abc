// Every attack on the embedded relay with both stores, and more of each (NOST_SOAK is set).
import '../e2e/serve-attacks.test.ts';
