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

async function request(until: string) {
  const env = { BITBUCKET_EMAIL: people.admin, BITBUCKET_API_TOKEN: tokenOf("admin") };
  const { url } = lab.emulator;
  const life = new AbortController().signal;
  const session = new Bitbucket(url, accessFrom(env), life, undefined, env).session(life);
  const files = new AccessFiles(session, url, "lab/access", env);
  const main = await files.main();
  const texts = await textsOfMain(files, main.commit, textsIn(root));
  const at = { [momentVariable]: "2026-12-01T12:00:00Z" };
  const wanted = { who: "payments", can: "merge", on: "payments-api", until, reason };
  const draft = drafted(root, "prod", at, wanted, texts);
  return { draft, request: await proposed(files, main, draft, reason) };
}

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
  await expect(request("2026-12-09")).rejects.toThrow("holds something else");
});
