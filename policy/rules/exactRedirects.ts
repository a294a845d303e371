/** Whoever can receive at an address that a wildcard covers receives the codes of everybody who signs in. */
import type { ResourceRule } from "../rule";
import { texts, valueOf } from "../values";
import { goodClient, oidcClient, samlClient } from "./clients";

export const exactRedirects: ResourceRule = {
  kind: "resource",
  name: "exact-redirects",
  says: "clients send people back to exact addresses, by https",
  fix: "write each address out in full, beginning with https://",
  controls: ["SOC 2 CC6.1", "ISO 27001 A.5.15"],
  level: "mandatory",
  types: [oidcClient, samlClient],
  check: (client) =>
    texts(valueOf(client, "validRedirectUris")).flatMap((address) => {
      if (address.includes("*")) return [`a wildcard in the redirect URI ${address}`];
      return isSafe(address) ? [] : [`the redirect URI ${address}, which is not https`];
    }),
  examples: {
    bad: [
      {
        type: oidcClient,
        inputs: { ...goodClient, validRedirectUris: ["https://bitbucket.acme.example/*"] },
      },
      {
        type: oidcClient,
        inputs: { ...goodClient, validRedirectUris: ["http://bitbucket.acme.example/callback"] },
      },
    ],
    good: [
      { type: oidcClient, inputs: goodClient },
      { type: oidcClient, inputs: { ...goodClient, validRedirectUris: ["http://127.0.0.1:7990/callback"] } },
    ],
  },
};

/** Plain http is for this machine. */
function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  if (protocol === "https:") return true;
  return protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
}
