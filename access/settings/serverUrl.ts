/** Addresses of servers. An issuer is derived from one, so that two spellings of a server must not be two addresses. */

/** What may stand there; reads after "allowed:". */
export const serverUrlWords =
  'an https address without user, query and fragment (http only on this machine), as in "https://keycloak.acme.example"';

export interface Address {
  /** In its one spelling: lower-case host, no default port, no doubled slash and none at the end, nothing behind the path. */
  readonly url: string;
  /** Whether it says more than `url`: a user, a query or a fragment, any of which could be a secret. */
  readonly hasMore: boolean;
  /** Whether nobody on the way reads what is sent there: https, or http on this machine. */
  readonly isSafe: boolean;
}

/** @returns undefined for what is no http or https address */
export function addressOf(text: string): Address | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, hostname, pathname, username, password, search, hash } = new URL(text);
  if (protocol !== "https:" && protocol !== "http:") return undefined;
  return {
    url: `${protocol}//${host}${pathname.replace(/\/+/g, "/").replace(/\/$/, "")}`,
    hasMore: [username, password, search, hash].join("") !== "",
    isSafe: protocol === "https:" || ["127.0.0.1", "localhost", "[::1]"].includes(hostname),
  };
}

/** TLS everywhere but on the loopback; nothing in the address that could be a secret or would end up doubled. */
export function isServerUrl(text: string): boolean {
  const address = addressOf(text);
  return address !== undefined && address.isSafe && !address.hasMore && !/[/?#]$/.test(text);
}
