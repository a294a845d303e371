/** Checks of credentials, limits, webhooks, Code Insights, and what the workspace says of its members. */
import { same, status, type Check } from "../check";
import { part } from "../site";

export const generalChecks: readonly Check[] = [
  {
    name: "without a credential there is no answer",
    async run(site) {
      const answer = await site.anonymous(`${site.repository}/environments`);
      status(answer, 401, 404);
      return `answers ${answer.status}`;
    },
  },
  {
    name: "a user's API token is told nothing of its limit",
    async run(site) {
      const { headers } = await site.get(site.repository);
      const told = [...headers.keys()].filter((name) => name.startsWith("x-ratelimit-"));
      same("headers", told, []);
      return undefined;
    },
  },
  {
    name: "an administrator finds a member by e-mail",
    async run(site) {
      const query = new URLSearchParams({ q: `user.email IN ("${site.email}")` });
      const answer = await site.get(`${site.workspace}/members?${query.toString()}`);
      status(answer, 200);
      const { values } = answer.json as { values: { user: { uuid: string } }[] };
      same("members with the caller's own address", values.length, 1);
      return undefined;
    },
  },
  {
    name: "the secret of a webhook never comes back",
    async run(site) {
      const path = `${site.repository}/hooks`;
      const made = await site.post(path, {
        description: site.newName(),
        url: "https://example.com/conformance",
        active: false,
        secret: "hidden",
        events: ["repo:push"],
      });
      status(made, 201);
      const one = `${path}/${part((made.json as { uuid: string }).uuid)}`;
      site.later(one);
      const { secret, secret_set } = (await site.get(one)).json as { secret?: unknown; secret_set?: unknown };
      same("secret and secret_set", [secret, secret_set], [undefined, true]);
      const off = await site.put(one, {
        description: "changed",
        url: "https://example.com/conformance",
        active: false,
        events: ["repo:push"],
      });
      status(off, 200);
      same("secret_set after a change without it", (off.json as { secret_set: unknown }).secret_set, true);
      return undefined;
    },
  },
  {
    name: "a report has ten data fields at most, and goes by its author's id",
    async run(site) {
      const branches = await site.get(`${site.repository}/refs/branches`);
      status(branches, 200);
      const [branch] = (branches.json as { values: { target: { hash: string } }[] }).values;
      const path = `${site.repository}/commit/${branch?.target.hash ?? ""}/reports/${site.newName()}`;
      const data = Array.from({ length: 11 }, (_, value) => ({
        title: `field ${value}`,
        type: "NUMBER",
        value,
      }));
      const report = {
        title: "Conformance",
        details: "To be removed",
        report_type: "TEST",
        result: "PASSED",
      };
      site.later(path);
      status(await site.put(path, { ...report, data }), 400);
      status(await site.put(path, { ...report, data: data.slice(1) }), 200, 201);
      status(await site.get(path), 200);
      status(await site.delete(path), 204);
      return undefined;
    },
  },
];
