/** What is taken. */
import { type Current } from "./scene";
import { claimsOf } from "./workspace";

export function signsInTests(current: Current): void {
  test("signs it in, and the log says which step it was", async () => {
    const { workspace, realm } = current();
    const token = await workspace.stepToken(realm.issuer);
    const claims = claimsOf(token);
    const answer = await realm.signIn(token);
    expect(answer).toMatchObject({ status: 200, token_type: "Bearer" });
    const [event] = await realm.events();
    expect(event).toMatchObject({ type: "CLIENT_LOGIN", clientId: "pipeline.alpha.prod" });
    expect(event?.error).toBeUndefined();
    expect(event?.details).toMatchObject({
      bitbucket_verified: "true",
      bitbucket_workspace: workspace.uuid,
      bitbucket_repository: workspace.repository("alpha"),
      bitbucket_environment: workspace.environments.prod,
      bitbucket_branch: "main",
      bitbucket_pipeline: claims.pipelineUuid,
      bitbucket_step: claims.stepUuid,
    });
    expect(event?.details).not.toHaveProperty("bitbucket_refusal");
    expect(JSON.stringify(event)).not.toContain(token.split(".")[2]);
  });

  test("does so as often as the step likes, also many times at once", async () => {
    const { workspace, realm } = current();
    const token = await workspace.forge(realm.issuer);
    const answers = await Promise.all(Array.from({ length: 20 }, () => realm.signIn(token)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  test("does so for each repository as its own client", async () => {
    const { workspace, realm } = current();
    const claims = { repositoryUuid: workspace.repository("beta") };
    const { status } = await realm.signIn(await workspace.forge(realm.issuer, { claims }));
    expect(status).toBe(200);
    expect((await realm.events())[0]?.clientId).toBe("pipeline.beta.prod");
  });
}
