export { Answer } from './answer.js';
export { RelayError } from './error.js';
export type * from './events.js';
export type * from './api.js';
export { StreamRelay, type Options } from './relay.js';
export { Turn } from './turn.js';
