/** The other two ways of binding a client. */
import { PipelinesRealm } from "./realm";
import { bound, config, expectRefused, type Current } from "./scene";

export function branchesTests(current: Current): void {
  test("only that branch signs in, in whatever environment", async () => {
    const { server, workspace } = current();
    const branches = await PipelinesRealm.make(server, "branches", config(workspace, { boundTo: "branch" }));
    await branches.client("main", `${workspace.repository("alpha")}:branch:main`);
    const signIn = async (claims: object) =>
      branches.signIn(await workspace.forge(branches.issuer, { claims: { ...claims } }));
    expect((await signIn({ deploymentEnvironmentUuid: undefined })).status).toBe(200);
    expect((await signIn({})).status).toBe(200);
    await branches.events();
    await expectRefused(branches, await signIn({ branchName: "feature/x" }), "not_bound");
    await expectRefused(branches, await signIn({ branchName: "MAIN" }), "not_bound");
    await expectRefused(branches, await signIn({ branchName: undefined }), "branch_missing");
    await expectRefused(branches, await signIn({ branchName: "main:x" }), "branch_missing");
  });

  test("and to an environment: both have to be right", async () => {
    const { server, workspace } = current();
    const name = "environment and branch";
    const both = await PipelinesRealm.make(server, "both", config(workspace, { boundTo: name }));
    await both.client("both", `${bound(workspace)}:branch:main`);
    const signIn = async (claims: object) =>
      both.signIn(await workspace.forge(both.issuer, { claims: { ...claims } }));
    expect((await signIn({})).status).toBe(200);
    await both.events();
    await expectRefused(both, await signIn({ branchName: "feature/x" }), "not_bound");
    const { dev } = workspace.environments;
    await expectRefused(both, await signIn({ deploymentEnvironmentUuid: dev }), "not_bound");
    await expectRefused(both, await signIn({ deploymentEnvironmentUuid: undefined }), "environment_missing");
  });
}
