/** Who approved, as Bitbucket lists participants: whom was asked and said nothing is among them. */
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { scopes } from "@bitbucket-keycloak/bitbucket-emulator/contract";
import { uuidOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { AccessRepository } from "./accessRepository";

const [author, asked, other] = ["ana", "ben", "chen"].map((name) => `${name}@acme.example`);
const emails = [author!, asked!, other!];
const tokenOf = (email: string): string => `token-of-${email}`;
const envOf = (email = author!): NodeJS.ProcessEnv => ({
  BITBUCKET_EMAIL: email,
  BITBUCKET_API_TOKEN: tokenOf(email),
});

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({
    seed: {
      workspace: { slug: "acme" },
      accounts: emails.map((email) => ({
        name: email.split("@")[0]!,
        email,
        tokens: [{ token: tokenOf(email), scopes: [...scopes] }],
      })),
      administrators: emails,
      projects: [{ key: "PLAT", name: "Platform" }],
      repositories: [
        { slug: "identity", project: "PLAT", branches: { main: {}, one: { a: "1" }, two: { b: "2" } } },
      ],
    },
  });
});
afterAll(() => emulator.close());

test.each([
  ["one", []],
  ["two", [other!, asked!]],
])("a reviewer who was asked has approved only with a word of theirs: %s", async (branch, approvers) => {
  const at = { workspace: "acme", repo_slug: "identity" };
  const requests = "/repositories/{workspace}/{repo_slug}/pullrequests";
  const session = Bitbucket.session(emulator.url, envOf());
  const reviewers = [{ uuid: uuidOf(`account ${asked!}`) }];
  const body = { type: "pullrequest", title: branch, source: { branch: { name: branch } }, reviewers };
  const { id } = (await session.post(requests, at, body as never)) as { id: number };
  const one = { ...at, pull_request_id: String(id) };
  for (const email of approvers) {
    const theirs = Bitbucket.session(emulator.url, envOf(email));
    await theirs.post(`${requests}/{pull_request_id}/approve`, one, undefined as never);
  }
  const merged = (await session.post(`${requests}/{pull_request_id}/merge`, one, {} as never)) as {
    merge_commit: { hash: string };
  };
  const repository = new AccessRepository(emulator.url, "acme/identity", envOf());
  const found = await repository.mergedAs(await repository.commit(merged.merge_commit.hash));
  expect([...found!.approvedBy].sort()).toEqual(approvers.map((email) => uuidOf(`account ${email}`)).sort());
  expect([...found!.names.values()]).toContain("ben");
});
