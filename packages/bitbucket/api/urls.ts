/** Where a request goes: the path of the contract, filled in, at Bitbucket or at the organisation. */
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { type At } from "./family";
import { isOrganizations } from "./organization-families";
import type { Query } from "./session";

/** Lists whose pages are 50 entries long at most (BCLOUD-13229). */
const short = /\/pullrequests(\/\{pull_request_id\}\/activity)?$/;

/** Pages as long as they may be; 1.0 knows none, and takes no such parameter. */
export function listUrl(apiUrl: string, path: string, at: At, query: Query): string {
  const length: Query = path.startsWith("/1.0/")
    ? {}
    : isOrganizations(path)
      ? { limit: "100" }
      : { pagelen: short.test(path) ? "50" : "100" };
  const text = new URLSearchParams({ ...length, ...query }).toString();
  return text === "" ? urlOf(apiUrl, path, at) : `${urlOf(apiUrl, path, at)}?${text}`;
}

/** @throws Problem where the path lacks a part */
export function urlOf(apiUrl: string, path: string, at: At): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => segmentOf(name, at[name]));
  const base = isOrganizations(path) ? organizationsUrl(apiUrl) : apiUrl;
  return `${base.replace(/\/+$/, "")}${/^\/(1\.0|admin)\//.test(path) ? "" : "/2.0"}${filled}`;
}

/**
 * A part of a path. What an answer should have named and did not is asked for nowhere: without its last part a path is
 * that of a whole list.
 */
function segmentOf(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "" && !/^\.\.?$/.test(value)) return encodeURIComponent(value);
  const found = typeof value === "string" ? JSON.stringify(value) : "nothing";
  throw new Problem(
    `found ${found} where the ${name.replaceAll("_", " ")} belongs, so nothing was asked; check that apiUrl is Bitbucket's API, and run it again`,
  );
}

/** Atlassian has a host of its own for organisations; what stands in for Bitbucket stands in for that, too. */
function organizationsUrl(apiUrl: string): string {
  return new URL(apiUrl).hostname === "api.bitbucket.org" ? "https://api.atlassian.com" : apiUrl;
}
