/** The pull request of a request, asked of the emulator over HTTP. */
import { momentVariable } from "../../checkout/moment";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  startLab,
  labSeed,
  people,
  tokenOf,
  type Lab,
} from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { accessFrom } from "@pulumi/bitbucket/api/credentials";
import { AccessFiles } from "../../clients/accessFiles";
import { textsIn } from "../../checkout/folder";
import { root } from "../../toolchain/places";
import { drafted } from "./draft";
import { proposed, textsOfMain } from "./propose";

const acme = readFileSync(join(root, "test/fixtures/acme.yaml"), "utf8");
const repository = "/2.0/repositories/lab/access";
const reason = "Chen is away";
let lab: Lab;

beforeEach(async () => {
  const seed = labSeed();
  const own = { slug: "access", project: "TWO", branches: { main: { "access.yaml": acme } } };
  lab = await startLab({ seed: { ...seed, repositories: [...(seed.repositories ?? []), own] } });
});
afterEach(async () => {
  expect(lab.emulator.log.strict()).toEqual([]);
  await lab.emulator.close();
});

async function request(until: string, wished: object = {}) {
  const env = { BITBUCKET_EMAIL: people.admin, BITBUCKET_API_TOKEN: tokenOf("admin") };
  const { url } = lab.emulator;
  const life = new AbortController().signal;
  const session = new Bitbucket(url, accessFrom(env), life, undefined, env).session(life);
  const files = new AccessFiles(session, url, "lab/access", env);
  const main = await files.main();
  const texts = await textsOfMain(files, main.commit, textsIn(root));
  const at = { [momentVariable]: "2026-12-01T12:00:00Z" };
  const wanted = { who: "payments", can: "merge", on: "payments-api", until, reason, ...wished };
  const draftOf = (its: typeof texts) => drafted(root, "prod", at, wanted, its);
  return proposed(files, main, { texts, draftOf, reason });
}

const shown = async () => {
  const admin = lab.as("admin");
  const { title, reviewers } = (await admin.get(`${repository}/pullrequests/1`)).json as {
    title: string;
    reviewers: { uuid: string }[];
  };
  const { values } = (await admin.get(`${repository}/pullrequests?state=OPEN`)).json as { values: unknown[] };
  return { title, reviewers: reviewers.map(({ uuid }) => uuid), open: values.length };
};

test("again, for longer: the same pull request, another end; an open one about something else is left alone", async () => {
  const { request: first } = await request("4h");
  expect((await shown()).title).toBe("team payments can merge on PAY/payments-api until 2026-12-01T16:00Z");
  const { request: again, draft } = await request("2026-12-01 20:00 Europe/Berlin");
  expect(again.id).toBe(first.id);
  expect(await shown()).toMatchObject({
    title: "team payments can merge on PAY/payments-api until 2026-12-01T19:00Z",
    open: 1,
  });
  const file = (await lab.as("admin").get(`${repository}/src/${first.branch}/access.yaml`)).text;
  expect(file).toBe(draft.text);
  expect(file).toBe(
    `${acme.trimEnd()}\n  - { team: payments, can: [merge], on: PAY/payments-api, until: 2026-12-01T19:00Z, reason: Chen is away }\n`,
  );
  expect((await request("2026-12-01T19:00Z")).request.id).toBe(first.id);
  expect((await shown()).open).toBe(1);
});

test("whose approval counts, or who answers for the place, is asked to review it; who cannot be found is named", async () => {
  const { asked, unasked } = await request("4h");
  expect([asked, unasked]).toEqual([[], ["chen, whose account is not known here: tell them"]]);
  const ann = decodeURIComponent(lab.uuid("ann"));
  const named = acme.replace("email: ana@acme.example", `email: ana@acme.example, account: "${ann}"`);
  await lab.as("admin").form(`${repository}/src`, { branch: "main", "access.yaml": named });
  const other = await request("4h", { can: "deploy:prod" });
  expect([other.asked, other.unasked]).toEqual([
    ["ana"],
    ["ben, whose account is not known here: tell them"],
  ]);
  const answer = await lab.as("admin").get(`${repository}/pullrequests/${other.request.id}`);
  expect((answer.json as { reviewers: { uuid: string }[] }).reviewers.map(({ uuid }) => uuid)).toEqual([ann]);
});

test("one commit of one file on a branch of its own, and one pull request; again, the same one", async () => {
  const { draft, request: first } = await request("2026-12-08");
  expect(first).toMatchObject({
    id: 1,
    branch: expect.stringMatching(/^request-payments-[0-9a-f]{12}$/) as string,
  });
  const admin = lab.as("admin");
  const file = await admin.get(`${repository}/src/${first.branch}/access.yaml`);
  expect(file.text).toBe(draft.text);
  expect(draft.text).toBe(
    `${acme.trimEnd()}\n  - { team: payments, can: [merge], on: PAY/payments-api, until: "2026-12-08", reason: Chen is away }\n`,
  );
  const shown = await admin.get(`${repository}/pullrequests/1`);
  const { title, summary } = shown.json as { title: string; summary: { raw: string } };
  expect(title).toBe("team payments can merge on PAY/payments-api until 2026-12-08");
  expect(summary.raw).toBe(
    [
      reason,
      "",
      '    grant { team: payments, can: [merge], on: PAY/payments-api, until: "2026-12-08", reason: Chen is away }',
      "      gives dora, emil: merge on PAY/payments-api",
      "      ask chen, who answers for project PAY",
    ].join("\n"),
  );
  expect((await request("2026-12-08")).request.id).toBe(1);
});
