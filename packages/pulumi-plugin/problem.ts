/**
 * What can go wrong, in two kinds: something could not be done (`Problem`), and something was done in part
 * (`PartlyDone`). The second matters more: whatever was made must reach the state, or nobody will ever find it.
 */

/** Something that a person can mend. The message says where, what was found, what is allowed, what to do. */
export class Problem extends Error {
  override readonly name: string = "Problem";
}

/**
 * A create or update that changed something and then failed. The engine records what is said here, shows the
 * problem, and tries an update at its next run.
 */
export class PartlyDone extends Problem {
  override readonly name = "PartlyDone";

  /**
   * @param id of the resource as far as it exists
   * @param inputs what is really there now, in the shape of the inputs
   * @param outputs the outputs that go with it
   * @param cause what stopped the rest
   */
  constructor(
    readonly id: string,
    readonly inputs: object,
    readonly outputs: object,
    override readonly cause: unknown,
  ) {
    super(messageOf(cause));
  }
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
