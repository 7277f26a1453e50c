/**
 * Where the background thread begins. Plain JavaScript, because on Node 20 `--import tsx` reaches the main thread
 * alone.
 */
import { register } from 'tsx/esm/api';

register();
await import('../lambda/load-bundles-as-they-are.mjs');
await import('./thread.ts');
