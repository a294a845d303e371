/**
 * The steps of the tour, as data: what each will do, by which commands and requests, and what to look at. Every command is the
 * one that people run, and every request is sent by the account of the person who is named.
 */
import { accessFile, dayOf } from "../../access";
import { localStack } from "../../access/environment";
import { leftOfHana, rightOnPayments, secretOfRunbooks } from "./looks";
import type { Action, Step } from "./step";

/** The repository that keeps `access.yaml`, below the workspace. */
export const repository = "identity";
const [goran, administrator] = ["goran@acme.example", "admin@acme.example"];

const run = (...words: string[]): Action => ({ kind: "run", words });
const answering = (codes: readonly number[], ...words: string[]): Action => ({ kind: "run", words, codes });

const build = (answers: readonly number[]): Action => ({
  kind: "ask",
  as: goran,
  method: "POST",
  path: "payments-api/pipelines/",
  json: { target: { type: "pipeline_ref_target", ref_type: "branch", ref_name: "main" } },
  what: "goran starts a build of payments-api",
  answers,
});

/** A month ahead: the last day, as a grant has it. */
const monthAhead = (now: Date): string => dayOf(new Date(now.getTime() + 30 * 86_400_000));

/** @param now a right that is asked for ends a month later */
export function stepsAt(now: Date): readonly Step[] {
  const access = `acme/${repository}`;
  return [
    {
      name: "start",
      title: "Bring the sample company up",
      says: "A real Keycloak and an emulated Bitbucket start on this machine, and Acme's access.yaml is brought up on them. The first time takes minutes, every later one seconds.",
      actions: [run("local")],
      look: "the addresses of both systems: open them beside this tour",
    },
    {
      name: "wall",
      title: "Hit the wall, and ask why",
      says: "Goran builds the shop, and starts a build of the payment service, which he may only read. Then he asks why not, and who could change that.",
      actions: [build([403]), answering([2], "why", "goran", "trigger", "PAY/payments-api")],
      look: "what would give him the right, in words of access.yaml, and who approves of it",
    },
    {
      name: "request",
      title: "Ask for the right",
      says: `The company keeps access.yaml in its repository ${access}; what this checkout says otherwise goes there first. Then the right is asked for by a pull request, until a day.`,
      actions: [
        { kind: "propose", title: "access.yaml as in the checkout", change: (_, checkout) => checkout },
        { kind: "merge" },
        run(
          ...["request", "--for", "storefront", "--can", "trigger", "--on", "PAY/payments-api"],
          ...["--until", monthAhead(now), "--reason", "The shop is tested against it"],
          ...["--stack", localStack, "--repository", access],
        ),
      ],
      look: "the line of access.yaml that the pull request adds, and who gains what by it",
    },
    {
      name: "approve",
      title: "Approve, merge, deploy",
      says: "Ivo approves and Ben merges, since nobody merges alone there. The deploy shows who gains what, and does exactly that in both systems.",
      actions: [
        { kind: "merge" },
        answering([2], "preview", localStack),
        run("deploy", localStack, "--yes"),
        rightOnPayments,
        build([201]),
      ],
      look: "the same right in both systems; and Goran's build starts",
    },
    {
      name: "rotate",
      title: "End a secret that has leaked",
      says: "One pipeline gets a secret of its own; a second person has to agree, since others sign in without one. The secret has been printed into a log: it is replaced at once, proved, published, and the leaked one ended.",
      actions: [
        { kind: "propose", title: "PLAT/runbooks deploys to dev, by a secret", change: withRunbooks },
        { kind: "merge" },
        { kind: "approve" },
        secretOfRunbooks,
        run("rotate", localStack, "--now", "runbooks.dev", "--reason", "printed into a log"),
        secretOfRunbooks,
      ],
      look: "the reason beside the rotation; stacks/Pulumi.local.yaml keeps it for Git",
    },
    {
      name: "offboard",
      title: "Off-board somebody",
      says: "Hana leaves. One command ends her sessions and rights in both systems and opens the pull request that takes her name out; what only a person can do is listed, so its exit code is 2.",
      actions: [
        answering([2], "offboard", "hana", "--stack", localStack, "--repository", access),
        leftOfHana,
        { kind: "merge" },
        run("deploy", localStack, "--yes"),
        leftOfHana,
      ],
      look: "her account: disabled at once, and gone once the file says so",
    },
    {
      name: "drift",
      title: "Find a change by hand",
      says: "Somebody gives support write access to the shop in Bitbucket, behind the file's back. The drift check finds it, and a deploy takes it back.",
      actions: [
        {
          kind: "ask",
          as: administrator,
          method: "PUT",
          path: "shop-web/permissions-config/groups/support",
          json: { permission: "write" },
          what: "the administrator lets group support write to shop-web",
          answers: [200],
        },
        answering([2], "drift", localStack),
        run("deploy", localStack, "--yes"),
        {
          kind: "see",
          what: "what support has on shop-web",
          lines: async ({ permission }) => [`Bitbucket: ${await permission("shop-web", "support")}`],
        },
      ],
      look: "what was found by hand, named with its place",
    },
    {
      name: "adopt",
      title: "Read a workspace that has grown",
      says: "The same look that takes over a company of five years reads this one, by a closed list of reads, and proposes the access.yaml that says exactly what there is. Nothing is written in either system.",
      actions: [
        answering([2], "adopt", "look", localStack, "--again"),
        answering([2], "adopt", "propose", localStack),
      ],
      look: "the proposal in .local/adopt/local/proposal, beside the file that you know; take and prove come next for a company of yours",
    },
    {
      name: "evidence",
      title: "Produce evidence",
      says: "An auditor asks who can do what and why. One command writes a folder with tables, a page and checksums; the trail tells who gave Goran what, and why.",
      actions: [
        answering([2], "drift", localStack),
        answering([2], "evidence", localStack),
        run("audit", "--who", "goran", "--since", "1d"),
      ],
      look: "index.html of the folder that it names",
    },
  ];
}

/** @throws Error where the file is not that of the sample company */
function withRunbooks(text: string): string {
  const [plain, secret] = ["runbooks: {}", "runbooks: { deploys: [dev], credential: rotated }"];
  if (text.includes(secret)) return text;
  if (!text.includes(plain))
    throw new Error(
      `${accessFile}: found no "${plain}"; the tour goes by the file that came with this program`,
    );
  return text.replace(plain, secret);
}
