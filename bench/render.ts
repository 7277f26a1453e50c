import type { Results } from './results';
export function renderTables(results: Results): Record<string, string> {
  return { results: JSON.stringify(results) };
}
export function renderDocument(_results: Results): Promise<void> {
  return Promise.resolve();
}
