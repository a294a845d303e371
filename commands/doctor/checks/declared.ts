/** What `access.yaml` and the stack file name in the workspace, and what of the hour is left to ask for it. */
import type { Refused } from "../../../clients/look/look";
import { missing, of, ok, type Check } from "../check";

/** What the look that a preview takes, too, has refused. */
function refusedPart(
  part: keyof Refused,
  wants: string,
  well: string,
  found: string,
  name: string = part,
): Check {
  return {
    name,
    wants,
    evaluate: ({ bitbucket }) =>
      of(bitbucket.refused[part], "", (lines) =>
        lines.length === 0 ? ok(well) : missing(found, "do what each line says", lines),
      ),
  };
}

const runner = refusedPart(
  "runner",
  "the repository whose pipelines run every night is there, and its main branch is main",
  "there, with its main branch",
  "the runner is not what the schedules start",
);

const runnerIfAny: Check = {
  ...runner,
  evaluate: (facts) =>
    facts.files.settings?.rotation.runner === "none"
      ? ok("none: nothing runs by itself")
      : runner.evaluate(facts),
};

const pipelines: Check = {
  name: "runner-pipelines",
  wants: "pipelines are switched on in the runner",
  evaluate: ({ bitbucket, files: { settings } }) =>
    of(bitbucket.pipelines, "", (isOn) => {
      const slug = settings?.rotation.runner ?? "none";
      if (slug === "none") return ok("there is no runner");
      if (isOn) return ok("they are");
      return missing(
        `pipelines are switched off in repository ${slug}`,
        "switch them on (Repository settings, Pipelines, Settings)",
      );
    }),
};

const people: Check = {
  name: "people",
  wants: "everybody in a team has an account in the workspace",
  evaluate: ({ bitbucket, files: { settings } }) =>
    of(bitbucket.unmatched, "", ({ asked, people: unmatched }) => {
      if (settings?.bitbucket.governing !== true)
        return ok("the stack that governs the workspace matches them");
      if (unmatched.length === 0) return ok(`${asked} people, each with an account`);
      return missing(
        `${unmatched.length} of ${asked} match no account, and get no right in Bitbucket`,
        "invite them to the workspace, correct the address in Keycloak, or write their account into access.yaml",
        unmatched,
      );
    }),
};

const hour: Check = {
  name: "hour",
  wants: "requests are left of the hour",
  evaluate: ({ hour: { used, limit, wait } }) => {
    const many = (count: number) => count.toLocaleString("en");
    if (limit === undefined) return ok("there is no limit");
    const spent = `${many(used)} of ${many(limit)} requests to repositories are used, as far as this machine knows`;
    if (wait === 0) return ok(spent);
    return missing(spent, `wait ${Math.ceil(wait / 60_000)} minutes; a run waits by itself`);
  },
};

export const declaredChecks = [
  refusedPart("projects", "the projects of access.yaml are there", "all are there", "some are not there"),
  refusedPart(
    "repositories",
    "the repositories of access.yaml are there, in the project that is declared",
    "all are where they are declared",
    "some are not where they are declared",
  ),
  refusedPart(
    "environments",
    "deployment environments that are there already can be taken over",
    "none stands in the way",
    "some cannot be taken over",
  ),
  refusedPart(
    "accounts",
    "who is granted something alone can take it",
    "all can",
    "some cannot",
    "grants-to-accounts",
  ),
  people,
  runnerIfAny,
  pipelines,
  hour,
];
