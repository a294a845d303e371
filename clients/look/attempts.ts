/** Questions of a look: what may not be read is said, and never the end of it. */
import { messageOf, Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { BitbucketError } from "@pulumi/bitbucket/api/explain";
import { HourSpent } from "@pulumi/bitbucket/api/meter";
import { KeycloakError } from "../keycloak";

export class Attempts {
  private readonly lines = new Set<string>();
  private readonly silent = new Set<string>();

  /** What was not read, and why, a line each. */
  get unread(): readonly string[] {
    return [...this.lines];
  }

  /**
   * @param system which of both is asked. Without an answer of it, or where it does not know who asks, everything else would
   *   fail alike: nothing more is asked of it then
   * @param otherwise what there is where it may not be read
   * @throws HourSpent where the rest has to wait
   */
  async of<T>(system: "Bitbucket" | "Keycloak", ask: () => Promise<T>, otherwise: T): Promise<T> {
    if (this.silent.has(system)) return otherwise;
    try {
      return await ask();
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown instanceof HourSpent) throw thrown;
      const isAnswer = thrown instanceof BitbucketError || thrown instanceof KeycloakError;
      if (isAnswer && [undefined, 401].includes(thrown.status)) {
        this.silent.add(system);
        this.lines.add(`${messageOf(thrown)}; nothing else was asked of ${system}`);
      } else this.lines.add(messageOf(thrown));
      return otherwise;
    }
  }
}
