/** A server and a plugin that talks to it, new for each test of a file. */
import { type Engine, startEngine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { bitbucket } from "../provider";
import { startTestServer, type TestServer } from "./world";

export interface Started {
  readonly server: TestServer;
  readonly engine: Engine;
}

/**
 * @param lists paths of the lists that the server has, empty
 * @param take told before each test
 */
export function eachTest(lists: readonly string[], take: (started: Started) => void): void {
  let started: Started;

  beforeEach(async () => {
    process.env.BITBUCKET_EMAIL = "robot@acme.example";
    process.env.BITBUCKET_API_TOKEN = "ATATT-robot-token";
    const server = await startTestServer();
    for (const path of lists) server.lists.set(path, []);
    const engine = await startEngine(bitbucket);
    await engine.configure({ apiUrl: server.url });
    take((started = { server, engine }));
  });

  afterEach(async () => {
    started.engine.stop();
    await started.server.close();
  });
}
