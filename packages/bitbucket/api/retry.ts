/** How patient this provider is with Bitbucket. */
import { pause, type Patience } from "@bitbucket-keycloak/http";

/** For requests: five tries within about ten seconds, longer where Bitbucket names a time. */
export const requestPatience: Patience = { attempts: 5, first: 500, longest: 20_000 };

/** For what Bitbucket does a moment later than it says: five looks within about six seconds. */
export const settlingPatience: Patience = { attempts: 6, first: 200, longest: 3_200 };

/** For what an organisation does: Atlassian says that it can be seen within 30 seconds, and so these looks take that long. */
export const organizationPatience: Patience = { attempts: 20, first: 250, longest: 4_000 };

/**
 * Looks again and again until there is something to see.
 *
 * @param look gives undefined while there is not
 * @returns undefined if there never was
 */
export async function settled<T>(
  look: () => Promise<T | undefined>,
  signal: AbortSignal,
  patience: Patience = settlingPatience,
): Promise<T | undefined> {
  for (let attempt = 1; ; attempt++) {
    const seen = await look();
    if (seen !== undefined || attempt === patience.attempts) return seen;
    await pause(attempt + 1, patience, signal);
  }
}
