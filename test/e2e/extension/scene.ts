/** What the tests of one server share: the server, a workspace, a realm that knows it. */
import { PipelinesRealm, startServer, type Answer, type LoggedEvent, type Server } from "./realm";
import { Workspace } from "./workspace";

export interface Scene {
  readonly server: Server;
  readonly workspace: Workspace;
  /** Has clients for the environment prod of the repositories alpha and beta. */
  readonly realm: PipelinesRealm;
  /** Id of the client of alpha. */
  readonly client: string;
}
/** Tests are named before the scene is set. */
export type Current = () => Scene;

export async function setScene(version: string): Promise<Scene> {
  const [server, workspace] = await Promise.all([startServer(version), Workspace.start()]);
  const realm = await PipelinesRealm.make(server, "pipelines", config(workspace));
  const client = await realm.client("pipeline.alpha.prod", bound(workspace));
  await realm.client("pipeline.beta.prod", bound(workspace, "beta"));
  return { server, workspace, realm, client };
}

/** Settings of a workspace's identity provider. */
export function config(workspace: Workspace, more: object = {}): Readonly<Record<string, string>> {
  const { issuer, uuid } = workspace;
  return { issuer, workspaceUuid: uuid, boundTo: "environment", ...more };
}

/** What the client of a repository's environment prod is bound to. */
export function bound(workspace: Workspace, repository = "alpha"): string {
  return `${workspace.repository(repository)}:environment:${workspace.environments.prod}`;
}

/** One event, of an error, with this reason; nothing was given out. */
export async function expectRefused(
  realm: PipelinesRealm,
  answer: Answer,
  refusal: string | undefined,
): Promise<LoggedEvent> {
  expect(answer.access_token).toBeUndefined();
  expect([400, 401]).toContain(answer.status);
  const events = await realm.events();
  expect(events.map(({ type }) => type)).toEqual(["CLIENT_LOGIN_ERROR"]);
  const [event] = events as [LoggedEvent];
  expect(event.details?.bitbucket_refusal).toBe(refusal);
  for (const text of Object.values(event.details ?? {})) expect(text).not.toMatch(/\n/);
  return event;
}
