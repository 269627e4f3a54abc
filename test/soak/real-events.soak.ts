// The real events by way of the independent relay, too, and every one that was read back verified by other code (NOST_SOAK is
// set).
import '../e2e/real-events.test.ts';
