/**
 * As much of a browser as signing in takes: cookies, redirects, and the forms of Keycloak's pages.
 */
import { type Call, once, send } from "@bitbucket-keycloak/http";

export class Browser {
  /** By origin, by name. */
  private readonly cookies = new Map<string, Map<string, string>>();
  private readonly origins: Set<string>;

  /** @param servers where it may go. Default: to the server that is opened first: the session and the password are for no other */
  constructor(servers: readonly string[] = []) {
    this.origins = new Set(servers.map((server) => new URL(server).origin));
  }

  /**
   * Follows redirects until a page that is not one, or an address that begins with `until`.
   *
   * @throws Error after 20 redirects, or where one, or a form, leads to another server; HttpError where an address does
   *   not answer
   */
  async open(address: string, until: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    let at = address;
    let call: Call = form ? { method: "POST", form } : {};
    for (let hops = 0; hops < 20; hops++) {
      if (at.startsWith(until)) return { address: at, text: "" };
      const { origin } = new URL(at);
      if (this.origins.size === 0) this.origins.add(origin);
      if (!this.origins.has(origin))
        throw new Error(
          `${[...this.origins].join(", ")} leads on to ${origin}, where no session and no password is sent`,
        );
      const cookies = this.cookies.get(origin) ?? new Map<string, string>();
      this.cookies.set(origin, cookies);
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await send(at, { ...call, redirect: "manual", patience: once, headers: { cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const location = response.headers.get("location");
      if (location === null) return { address: at, text: response.text };
      at = new URL(location, at).href;
      call = {};
    }
    throw new Error(`${address}: more than 20 redirects, the last to ${at}`);
  }
}

export interface Page {
  readonly address: string;
  /** Empty where the browser stopped before asking. */
  readonly text: string;
}

/** Where the page's form goes. @throws Error that quotes the page if it holds no form */
export function actionOf({ address, text }: Page): string {
  const action = /<form[^>]*\saction="([^"]*)"/s.exec(text)?.[1];
  if (action === undefined)
    throw new Error(
      `${address.split("?", 1).join("")} holds no form: ${text
        .replace(/<[^>]*>/g, " ")
        .replace(/\s+/g, " ")
        .trim()
        .slice(0, 400)}`,
    );
  return action.replaceAll("&amp;", "&");
}
