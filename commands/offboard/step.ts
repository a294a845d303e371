/** One thing that is taken from somebody: how, and how it is proved to be gone. */
type System = "Keycloak" | "Bitbucket" | "Atlassian";

export interface Step {
  readonly system: System;
  readonly what: string;
  readonly act: () => Promise<unknown>;
  /** What is still there; undefined: it is gone. */
  readonly prove: () => Promise<string | undefined>;
}

/** One thing that was taken, and whether it is gone. */
export interface Taken {
  readonly system: System;
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
}

/** What fails does not stop the rest. */
export async function carriedOut({ system, what, act, prove }: Step): Promise<Taken> {
  try {
    await act();
    const still = await prove();
    return { system, what, ok: still === undefined, found: still ?? "proved" };
  } catch (error) {
    return { system, what, ok: false, found: errorText(error) };
  }
}

/** The message of what was thrown, without a stack trace. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
