/**
 * The first morning of a new colleague, from HR's entry to the first pull request, and the last evening: in a workspace of
 * each kind, on the real Keycloak, engine and HTTP. What the program may not do there it names, with the step by hand.
 *
 * `npm test` has one kind, with a key of the organisation; `npm run test:exhaustive` has all ([the
 * table](../../docs/guide/people.md#in-a-workspace-of-each-kind)).
 */
import { join } from "node:path";
import { diagnose } from "../../commands/doctor/doctor";
import { offboard } from "../../commands/offboard/offboard";
import { sync, type SyncOptions, type Synced } from "../../commands/sync/sync";
import { Progress } from "../../toolchain/progress";
import { runsOf } from "../../trail/entry";
import { readTrail } from "../../trail/trail";
import { shellOf } from "./doctor/company";
import { Developer } from "./world/developer";
import { signIn, type Client } from "./world/signIn";
import type { SmallCompany } from "./world/smallCompany";
import { expected, type Morning } from "./workspaces/expected";
import { envOf, fatima, kinds, nameOf, placeOf, startWorkspace, type Kind } from "./workspaces/kinds";
import { accept, enter, putIntoGroup } from "./workspaces/people";

jest.setTimeout(600_000);
/** Several runs share all kinds: "2/3" tries the second third of them. */
const [part = 1, parts = 1] = (process.env.BITBUCKET_KEYCLOAK_PART ?? "1/1").split("/").map(Number);
const tried =
  process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1"
    ? kinds.filter((_, index) => index % parts === part - 1)
    : kinds.slice(0, 1);

const quiet = () => new Progress({ write: () => undefined });

let company: SmallCompany | undefined;
afterEach(async () => {
  expect(company?.world.emulator.log.strict()).toEqual([]);
  await company?.stop();
  company = undefined;
});

test.each(tried.map((kind) => [nameOf(kind), kind] as const))("%s", async (_, kind) => {
  company = await startWorkspace(kind);
  expect(await morning(company, kind)).toEqual(expected(kind));
});

/** A pipeline has nobody to ask. */
async function refusesToInvite(small: SmallCompany, kind: Kind): Promise<void> {
  const { code, text } = await small.runWith(envOf(kind), "sync", "main", "--invite", "fatima", "--apply");
  const why = "nobody is there to say yes to the invitations: add --yes, or leave out --invite";
  expect([code, text]).toEqual([1, expect.stringContaining(why)]);
}

async function morning(small: SmallCompany, kind: Kind): Promise<Morning> {
  const { world, checkout } = small;
  const { isProvisioned, invites, writesGroups } = placeOf(kind);
  const env = { ...shellOf(small), ...envOf(kind) };
  const run = async (options: SyncOptions = {}) =>
    told(await sync("main", env, options, checkout.folder, quiet()));
  const doctor = async () =>
    (await diagnose("main", env, checkout.folder, quiet())).checks
      .filter(({ state }) => state !== "ok")
      .map(({ name, state }) => `${name} ${state}`);
  const pulumi = async (...args: string[]) => {
    const { code, text, stdout } = await small.runWith(envOf(kind), "pulumi", ...args, "--stack", "main");
    if (code !== 0) throw new Error(text);
    return stdout;
  };
  const developer = new Developer(world, fatima);

  const before = await doctor();
  await pulumi("up", "--yes", "--skip-preview");
  await enter(world, "ben", "leads");
  const password = await enter(world, "fatima", "hands");
  const stranger = await run();
  if (invites) await refusesToInvite(small, kind);
  const asked: string[] = [];
  const agrees = (answer: boolean) => (people: readonly { username: string }[]) => {
    asked.push(...people.map(({ username }) => username));
    return Promise.resolve(answer);
  };
  const declined = await run({ apply: true, invite: ["fatima"], agrees: agrees(false) });
  const invited = await run({ apply: true, invite: ["fatima"], agrees: agrees(true) });
  const waiting = await run();
  if (!isProvisioned) await accept(world);
  const reads = [await developer.read("api")];
  const synced = await run({ apply: true });
  if (!writesGroups && !isProvisioned) await putIntoGroup(world);
  const again = await run({ apply: true });
  reads.push(await developer.read("api"));

  const outputs = await pulumi("stack", "output", "--json", "--show-secrets");
  const { issuer, bitbucketSignIn } = JSON.parse(outputs) as {
    issuer: string;
    bitbucketSignIn: Omit<Client, "issuer">;
  };
  const { email, groups } = await signIn({ issuer, ...bitbucketSignIn }, "fatima", password);
  const push = await developer.push("api", "feature");
  const request = await developer.open("api", "feature");
  const during = await doctor();

  const { taken, left } = await offboard("fatima", "main", env, {}, checkout.folder, quiet());
  const { entries } = readTrail(join(checkout.folder, ".local", "audit"));
  return {
    doctor: [before, during, await doctor()],
    syncs: { stranger, declined, invited, waiting, synced, again, last: await run({ apply: true }) },
    asked,
    reads,
    signedIn: { email, groups },
    firstRequest: { push, request },
    offboarded: {
      failed: taken.flatMap(({ ok, what }) => (ok ? [] : [what.replace(/\{.*\}/, "A")])),
      left: left.map((line) => line.split(/[ :]/).slice(0, 4).join(" ")),
      push: await developer.push("api", "again"),
    },
    trail: runsOf(entries).flatMap(({ what: { invited: names } }) => (names ? [names] : [])),
  };
}

const isHer = ({ username }: { readonly username?: string | undefined }) => username === "fatima";

/** What somebody reads of a sync about her: who is invited, who is waited for, and what there is to do, each by its first words. */
function told({ invitations: { invite, waiting, byHand }, failures, membership, done }: Synced): string[] {
  return [
    ...membership.unmatched.map(({ username }) => `unmatched: ${username}`),
    ...invite.map((name) => `invite: ${name}`),
    ...waiting.map((name) => `waiting: ${name}`),
    ...byHand.map((line) => `by hand: ${line.split(" (")[0] ?? ""}`),
    ...failures.map((line) => `failed: ${line.split(": ").slice(0, 2).join(": ")}`),
    ...done.flatMap(({ group, add, remove }) => [
      ...add.filter(isHer).map(() => `in: fatima ${group}`),
      ...remove.filter(isHer).map(() => `out: fatima ${group}`),
    ]),
  ];
}
