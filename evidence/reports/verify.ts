/** What `npm run verify` found, as it is told, kept and put into the evidence. */

/** What one check found. */
export interface CheckResult {
  /** Of the check, kebab case. */
  readonly name: string;
  /** What people may rely on while it holds. */
  readonly promise: string;
  /** What decides it: a setting of the stack file, an entry of `access.yaml`, or what the program always sets. */
  readonly setting: string;
  readonly ok: boolean;
  readonly found: string;
  readonly seconds: number;
}

/** What all checks of one run found. */
export interface Verified {
  readonly realm: string;
  /** When it began, ISO 8601. */
  readonly at: string;
  readonly passed: number;
  readonly failed: number;
  /** Names of those that `readOnly` left out. */
  readonly skipped: readonly string[];
  /** Names of those that are about another kind of sign-in than this stack's. */
  readonly notApplicable: readonly string[];
  readonly checks: readonly CheckResult[];
  readonly seconds: number;
}
