/** Who had which address in the last run: whoever gets one of somebody else's has to wait for that to be given up. */
import type { Baseline, DesiredPerson } from "../access";

/**
 * User names of those who had an address, by it in lower case: what they were called then, and what they are called now.
 *
 * @param last undefined: nobody had any
 */
export function addressesBefore(
  last: Baseline | undefined,
  people: readonly DesiredPerson[],
): ReadonlyMap<string, readonly string[]> {
  const nowCalled = new Map(people.map(({ username, previously }) => [previously, username]));
  const then = (last?.model.people ?? []).map(({ username, email }) => {
    const now = nowCalled.get(username);
    return [email.toLowerCase(), now === undefined ? [username] : [username, now]] as const;
  });
  return new Map(then);
}
