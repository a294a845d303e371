/**
 * What Atlassian's documents leave open, asked of a workspace: which of the emulator's readings is true there. A question
 * that cannot be asked says why, and its readings stay open.
 */
import { claims } from "../oidc";
import type { Readings } from "../readings";
import { status, type Check } from "./check";
import { newRestriction } from "./checks/access";
import { payloads } from "./pipeline";
import { NotExamined, part, type Answer, type Site } from "./site";

export interface Question {
  readonly settles: readonly (keyof Readings)[];
  /** What has to be there besides an administrator's token, and what it costs. */
  readonly needs: string;
  /**
   * @returns what is true there; what it lacks stays open
   * @throws NotExamined with the reason
   */
  readonly ask: (site: Site) => Promise<Partial<Readings>>;
}

const permissions = (site: Site): string => `${site.repository}/permissions-config/users`;

/** Whether a user has no permission of their own there, so that there is nothing that a question could take. */
async function hasNone(site: Site, uuid: string): Promise<boolean> {
  const found = await site.get(`${permissions(site)}/${part(uuid)}`);
  status(found, 200);
  return (found.json as { permission: string }).permission === "none";
}

async function ownUuid(site: Site): Promise<string> {
  const answer = await site.get("/2.0/user");
  status(answer, 200);
  return (answer.json as { uuid: string }).uuid;
}

/** At most so many administrators are asked about. */
const mostOwners = 3;

export const questions: readonly Question[] = [
  {
    settles: ["absentPermission"],
    needs: "nothing more",
    async ask(site) {
      const uuid = await ownUuid(site);
      if (!(await hasNone(site, uuid)))
        throw new NotExamined("the account has a permission of its own on that repository");
      const answer = await site.delete(`${permissions(site)}/${part(uuid)}`);
      status(answer, 204, 404);
      return { absentPermission: answer.status === 204 ? "204" : "404" };
    },
  },
  {
    settles: ["secondRestriction"],
    needs: "nothing more",
    async ask(site) {
      const made = await newRestriction(site, { kind: "force" });
      const { pattern } = made.json as { pattern: string };
      const path = `${site.repository}/branch-restrictions`;
      const twin = await site.post(path, { kind: "force", branch_match_kind: "glob", pattern });
      if (twin.status === 201) site.later(`${path}/${(twin.json as { id: number }).id}`);
      status(twin, 201, 400, 409);
      return { secondRestriction: twin.status === 201 ? "kept" : "refused" };
    },
  },
  {
    settles: ["refusedPermission"],
    needs: "two administrators of the workspace",
    async ask(site) {
      const query = new URLSearchParams({ q: 'permission="owner"', pagelen: "100" });
      const list = await site.get(`${site.workspace}/permissions?${query.toString()}`);
      status(list, 200);
      const owners = (list.json as { values: { user: { uuid: string } }[] }).values;
      const answers: number[] = [];
      for (const { user } of owners.slice(0, mostOwners)) {
        if (!(await hasNone(site, user.uuid))) continue;
        const path = `${permissions(site)}/${part(user.uuid)}`;
        const put = await site.put(path, { permission: "read" });
        if (put.status === 200) site.later(path);
        status(put, 200, 400);
        answers.push(put.status);
      }
      if (answers.includes(200)) return { refusedPermission: "owner" };
      if (answers.length > 1) return { refusedPermission: "administrators" };
      throw new NotExamined("it takes two administrators without a permission of their own there");
    },
  },
  {
    settles: ["legacyGroupWrite"],
    needs: "a workspace whose groups are administered at admin.atlassian.com",
    async ask(site) {
      const made = await site.form(`/1.0/groups/${site.slug}`, { name: site.newName() });
      if (made.status === 200 || made.status === 201) {
        site.later(`/1.0/groups/${site.slug}/${(made.json as { slug: string }).slug}`);
        throw new NotExamined("the groups are the workspace's own");
      }
      if (made.status === 403 && lacksScope(made)) throw new NotExamined("the token lacks a scope");
      if (made.status !== 403) status(made, 405);
      return { legacyGroupWrite: made.status === 403 ? "403" : "405" };
    },
  },
  {
    settles: ["discovery"],
    needs: "a workspace that has used OpenID Connect in no pipeline yet",
    async ask(site) {
      const document = `${site.workspace}/pipelines-config/identity/oidc/.well-known/openid-configuration`;
      const answer = await site.anonymous(document);
      status(answer, 200, 404);
      if (answer.status === 404) return { discovery: "afterFirstUse" };
      throw new NotExamined("the document is there, and a pipeline may have used OpenID Connect before");
    },
  },
  {
    settles: ["audience", "audienceForm", "branch", "account", "claims"],
    needs:
      "--pipeline: Pipelines enabled in that repository, about a minute of building, one commit on a branch of its own",
    async ask(site) {
      const { plain, custom, audience, branch } = await payloads(site);
      const uuid = await ownUuid(site);
      const known = new Set<string>(["iss", "aud", "sub", "exp", "iat", ...claims]);
      const { accountUuid, workspaceUuid, branchName } = plain;
      return {
        ...([custom["aud"]].flat().includes(audience) && {
          audience: [custom["aud"]].flat().length > 1 ? "appended" : "replaced",
        }),
        audienceForm: Array.isArray(plain["aud"]) ? "list" : "text",
        ...(branchName === undefined && { branch: "absent" }),
        ...(branchName === branch && { branch: "named" }),
        ...(accountUuid === undefined && { account: "absent" }),
        ...(accountUuid !== undefined && accountUuid === workspaceUuid && { account: "workspace" }),
        ...(accountUuid === uuid && { account: "starter" }),
        claims: Object.keys(plain).every((name) => known.has(name)) ? "known" : "more",
      };
    },
  },
  {
    settles: ["updateAuthor"],
    needs: "a second person, who pushes to the first one's pull request",
    ask: () =>
      Promise.reject(new NotExamined("it takes a second person: compare the log of such a pull request")),
  },
];

function lacksScope({ json }: Answer): boolean {
  return (
    (json as { error?: { detail?: { required?: unknown } } } | undefined)?.error?.detail?.required !==
    undefined
  );
}

/** A question as a check, which is cleaned up after like any other. @param heard learns what is true there */
export function asCheck({ settles, ask }: Question, heard: (found: Partial<Readings>) => void): Check {
  return {
    name: `which reading is true: ${settles.join(", ")}`,
    uncertain: true,
    async run(site) {
      const found = await ask(site);
      heard(found);
      return Object.entries(found)
        .map(([name, reading]) => `${name} ${reading}`)
        .join(", ");
    },
  };
}
