/** How far the clock of this machine is from a server's. */
import { send } from "@bitbucket-keycloak/http";

/** How far two machines' clocks may be apart, in milliseconds. */
export const clockTolerance = 5 * 60_000;

/**
 * Asks once, without a credential.
 *
 * @returns milliseconds that this machine is ahead, negative where it is behind; undefined where the server does not say
 * @throws HttpError where there is no answer
 */
export async function clockDifference(url: string): Promise<number | undefined> {
  const sent = Date.now();
  const { headers } = await send(new URL(url), { redirect: "manual" });
  const there = Date.parse(headers.get("date") ?? "");
  // By the middle of the request, and by the middle of the second that the header tells.
  return Number.isNaN(there) ? undefined : (sent + Date.now()) / 2 - (there + 500);
}
