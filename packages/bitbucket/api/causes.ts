/**
 * The likely cause of an answer that is none of success, and what to do about it. What a status means depends on what was
 * asked: 401 may be a token, or one schedule too many.
 */
import type { Method } from "./contract";
import type { At } from "./family";
import { isOrganizations, organizationScope } from "./organization-families";
import { scopesOf } from "./scopes";

interface Asked {
  readonly method: Method;
  readonly reads?: boolean;
  readonly path: string;
  readonly at?: At;
}

const repository = "/repositories/{workspace}/{repo_slug}";
const tokens = "https://id.atlassian.com/manage-profile/security/api-tokens";
const organization = "set BITBUCKET_ORGANIZATION_ID and BITBUCKET_ORGANIZATION_API_KEY to have it done there";

/** @param body of the answer */
export function causeOf(asked: Asked, status: number, body: unknown): string {
  return (
    (isOrganizations(asked.path) ? organizationCause(asked, status, body) : ownCause(asked, status)) ??
    commonCause(asked, status, body)
  );
}

/** What means something else where an organisation is asked. */
function organizationCause(
  { method, reads = method === "get", path }: Asked,
  status: number,
  body: unknown,
): string | undefined {
  if (status === 401)
    return "the API key of the organisation is wrong, or it has expired or was revoked; make a new one at https://admin.atlassian.com (Organization settings, API keys) and set BITBUCKET_ORGANIZATION_API_KEY";
  if (status === 403) {
    const [scope = organizationScope(reads, path) ?? "that this request needs"] = lacking(body);
    return `the API key lacks the scope ${scope}, or the group comes from an identity provider; make a key with the scope, or make the change where the group comes from`;
  }
  if (status === 404)
    return "it is not there; check that BITBUCKET_ORGANIZATION_ID and BITBUCKET_ORGANIZATION_DIRECTORY are those of the organisation that the workspace belongs to, and that the key is of the same organisation";
  return undefined;
}

/** What a status means of some operations alone. */
const own: readonly (readonly [status: number, method: Method | "any", path: RegExp, cause: string])[] = [
  [
    400,
    "put",
    /\/permissions-config\/users\/\{selected_user_id\}$/,
    "who is no member of the workspace, and who owns it, takes no permission of their own; invite the account to the workspace first, or take the permission out",
  ],
  // Of all statuses: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/
  [
    401,
    "post",
    /\/pipelines_config\/schedules$/,
    "the repository has as many schedules as Bitbucket allows, which it says by this status; remove one (Repository settings, Pipelines, Schedules), or declare fewer; or the API token has ended meanwhile",
  ],
  [
    405,
    "any",
    /^\/1\.0\/groups/,
    `the groups of this workspace are administered at admin.atlassian.com, where this API cannot write; ${organization}`,
  ],
];

function ownCause(asked: Asked, status: number): string | undefined {
  const [, , , cause] =
    own.find(
      ([of, method, path]) =>
        of === status && (method === "any" || method === asked.method) && path.test(asked.path),
    ) ?? [];
  return cause;
}

function commonCause(asked: Asked, status: number, body: unknown): string {
  switch (status) {
    case 301:
      return "what was asked for is at another address now; check its name, and that apiUrl is Bitbucket's API";
    case 400:
      return "it takes the request for wrong; correct what it names";
    case 401:
      return `the e-mail or the API token is wrong, or the token has expired or was revoked; make a new one at ${tokens} and set BITBUCKET_EMAIL and BITBUCKET_API_TOKEN`;
    case 402:
      return "the plan of the workspace does not include this (restricted environments and enforced merge checks need Premium; every plan limits the number of users); change the plan, or take the setting out";
    case 403:
      return forbidden(asked, body);
    case 404:
      // A slug leads to whatever has it today; a UUID to the one repository, or nowhere.
      if (asked.at?.repo_name !== undefined && asked.path.startsWith(repository))
        return `the repository, an environment or an entry of this UUID is gone, or this account may not see it; another repository that is called ${asked.at.repo_name} gets nothing of it: take it out of what is declared, bring that up, and declare it again`;
      return "it is not there, or this account may not see it; check the names and that the account has access";
    case 405:
      return "this API does not allow it";
    case 409:
      return "something of this name is there already; import it, or remove it";
    case 410:
      return gone(asked, body);
    case 429:
      return `it asks too much at once or in this hour (1,000 requests${asked.path.includes("/hooks") ? " to webhooks" : ""} an hour for each user); run it again later`;
    default:
      return status >= 500
        ? "the trouble is on Bitbucket's side; run it again later"
        : "nothing more is known";
  }
}

/** Bitbucket itself says of a missing scope which it is; without that, several causes are left. */
function forbidden({ method, path }: Asked, body: unknown): string {
  const missing = lacking(body);
  if (missing.length > 0) {
    const scopes = `the scope${missing.length === 1 ? "" : "s"} ${missing.join(" and ")}`;
    return `the API token lacks ${scopes}; a token cannot be extended: make a new one at ${tokens} with ${scopes} besides those that it has, and set BITBUCKET_API_TOKEN`;
  }
  const wanted = scopesOf(method, path) ?? [];
  const moved = path.startsWith("/1.0/groups") && method !== "get";
  const causes = [
    "the account of the API token does not administer this",
    ...(moved ? ["the groups are administered at admin.atlassian.com"] : []),
    ...(wanted.length > 0 ? [`the token lacks ${wanted.join(" or ")}`] : []),
  ];
  const fixes = [
    "make the account an administrator",
    ...(moved ? [organization] : []),
    ...(wanted.length > 0 ? [`make a token with the scope at ${tokens}`] : []),
  ];
  return `${causes.join(", or ")}; ${fixes.join(", or ")}`;
}

/** For good, or for an hour as a warning: the announcement says of what. */
function gone({ path }: Asked, body: unknown): string {
  const announced = member(member(member(body, "error"), "data"), "announcement_url");
  if (typeof announced !== "string" || !URL.canParse(announced))
    return path === "/repositories/{workspace}"
      ? "Atlassian has marked the account of this workspace as spam; write to https://support.atlassian.com/contact"
      : "Atlassian has removed this part of the API; look for a newer version of this provider";
  return `Atlassian has switched this part of the API off, for good or for a while as a warning, as announced at ${announced}; run it again later, and look for a newer version of this provider`;
}

/** The scopes that Bitbucket says the request wants and the token has not. */
function lacking(body: unknown): string[] {
  const granted = grantedIn(body) ?? [];
  return textsOf(member(detailOf(body), "required")).filter((scope) => !granted.includes(scope));
}

/** All scopes of the token, where a refusal names them; undefined where it does not. */
export function grantedIn(body: unknown): readonly string[] | undefined {
  const granted = member(detailOf(body), "granted");
  return Array.isArray(granted) ? textsOf(granted) : undefined;
}

const detailOf = (body: unknown): unknown => member(member(body, "error"), "detail");

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** A field of what may be an object. */
export function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
