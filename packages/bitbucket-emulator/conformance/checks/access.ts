/** Checks of groups, permissions and branch restrictions. */
import { same, status, type Check } from "../check";
import { NotExamined, type Answer, type Site } from "../site";

/** A new group of the workspace. @throws NotExamined if its groups are administered elsewhere */
async function newGroup(site: Site): Promise<string> {
  const name = site.newName();
  const made = await site.form(`/1.0/groups/${site.slug}`, { name });
  if (made.status === 405) throw new NotExamined("groups are administered at admin.atlassian.com (405)");
  status(made, 200, 201);
  const { slug } = made.json as { slug: string };
  site.later(`/1.0/groups/${site.slug}/${slug}`);
  return slug;
}

export async function newRestriction(site: Site, body: object): Promise<Answer> {
  const path = `${site.repository}/branch-restrictions`;
  const made = await site.post(path, { branch_match_kind: "glob", pattern: site.newName(), ...body });
  status(made, 201);
  site.later(`${path}/${(made.json as { id: number }).id}`);
  return made;
}

const slugs = (answer: Answer): unknown =>
  (answer.json as { groups: { slug: string }[] }).groups.map(({ slug }) => slug);

export const accessChecks: readonly Check[] = [
  {
    name: "a group is made by a form, and its slug is its name in kebab case",
    async run(site) {
      const slug = await newGroup(site);
      const answer = await site.get(`/1.0/groups/${site.slug}`);
      status(answer, 200);
      const found = (answer.json as { slug: string }[]).some((group) => group.slug === slug);
      same("the group in the list", found, true);
      return undefined;
    },
  },
  {
    name: "a group's permission is put, listed, and deleted",
    uncertain: true,
    async run(site) {
      const slug = await newGroup(site);
      const groups = `${site.repository}/permissions-config/groups`;
      status(await site.put(`${groups}/${slug}`, { permission: "read" }), 200);
      const list = await site.get(`${groups}?pagelen=100`);
      status(list, 200);
      const { values } = list.json as { values: { group: { slug: string }; permission: string }[] };
      const permission = values.find(({ group }) => group.slug === slug)?.permission;
      same("the permission in the list", permission, "read");
      status(await site.delete(`${groups}/${slug}`), 204);
      const again = await site.delete(`${groups}/${slug}`);
      status(again, 204, 404);
      return `the second time, it answers ${again.status}`;
    },
  },
  {
    name: "an empty list of a restriction means nobody, and can be sent",
    uncertain: true,
    async run(site) {
      const made = await newRestriction(site, { kind: "push", users: [], groups: [] });
      same("groups", slugs(made), []);
      return undefined;
    },
  },
  {
    name: "a change of a restriction keeps what it leaves out, and an empty list empties",
    uncertain: true,
    async run(site) {
      const slug = await newGroup(site);
      const made = await newRestriction(site, { kind: "push", users: [], groups: [{ slug }] });
      const { id, pattern } = made.json as { id: number; pattern: string };
      const path = `${site.repository}/branch-restrictions/${id}`;
      const kept = await site.put(path, { kind: "push", pattern });
      status(kept, 200);
      same("groups after a change without them", slugs(kept), [slug]);
      const emptied = await site.put(path, { kind: "push", pattern, users: [], groups: [] });
      status(emptied, 200);
      same("groups after an empty list", slugs(await site.get(path)), []);
      return undefined;
    },
  },
  {
    name: "enforced merge checks belong to the Premium plan, and 402 says so",
    uncertain: true,
    async run(site) {
      const path = `${site.repository}/branch-restrictions`;
      const body = { kind: "enforce_merge_checks", branch_match_kind: "glob", pattern: site.newName() };
      const made = await site.post(path, body);
      if (made.status === 201) site.later(`${path}/${(made.json as { id: number }).id}`);
      if (made.status !== 402) status(made, 201);
      return made.status === 402 ? "402: the plan lacks it" : "201: the plan has it";
    },
  },
  {
    name: "the effective permissions of everybody on a repository can be read",
    async run(site) {
      const repository = site.repository.split("/").at(-1) ?? "";
      const answer = await site.get(`${site.workspace}/permissions/repositories/${repository}`);
      status(answer, 200);
      same("a list", Array.isArray((answer.json as { values?: unknown }).values), true);
      return undefined;
    },
  },
  {
    name: "the old list of one's own permissions is gone (410)",
    async run(site) {
      status(await site.get("/2.0/user/permissions/repositories"), 410);
      return undefined;
    },
  },
];
