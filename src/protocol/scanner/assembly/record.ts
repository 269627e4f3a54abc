// Generated from record-layout.ts by `npm run generate`.
export const CREATED_AT_FIELD: usize = 0;
export const KIND_FIELD: usize = 8;
export const LINE_FIELD: usize = 12;
export const LINE_END_FIELD: usize = 16;
export const KIND_AT_FIELD: usize = 20;
export const TAGS_AT_FIELD: usize = 24;
export const CONTENT_AT_FIELD: usize = 28;
export const CHECK_FIELD: usize = 32;
export const RECORD_SIZE: usize = 160;
export const MAX_FRAMES: usize = 512;
export const RANGE_SIZE: usize = 8;
