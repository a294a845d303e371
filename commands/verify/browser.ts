/**
 * As much of a browser as signing in takes: cookies, redirects, and the forms of Keycloak's pages.
 */
import { type Call, once, send } from "@bitbucket-keycloak/http";

export class Browser {
  private readonly cookies = new Map<string, string>();
  /** Of the server that was opened first: the session and the password are for no other. */
  private origin: string | undefined;

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
      this.origin ??= origin;
      if (origin !== this.origin)
        throw new Error(`${this.origin} leads on to ${origin}, where no session and no password is sent`);
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await send(at, { ...call, redirect: "manual", patience: once, headers: { cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        this.cookies.set(name, value);
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
