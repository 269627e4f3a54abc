// Every real event that was read back, verified by other code (NOST_SOAK is set).
import '../e2e/real-events.test.ts';
