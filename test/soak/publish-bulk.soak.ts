// Publishing in bulk to relays that are far away in time, and killed in the midst of 5,000 events (NOST_SOAK is set).
import '../e2e/publish-bulk.test.ts';
