/** What one check of the soak found. */
export interface Verdict {
  readonly check: string;
  /** null: it could not be checked here. */
  readonly holds: boolean | null;
  readonly detail: string;
}
