/**
 * What it costs Keycloak that a pipeline signs in without a secret: token requests a second, and how long one takes,
 * by the extension against Keycloak's own two ways, a client's secret and a federated token of an exact subject. All on
 * one server and in turns, so that whatever else the machine does falls on all of them.
 */
import { PipelinesRealm, startServer, type Server } from "../e2e/extension/realm";
import { versions } from "../../toolchain/versions";
import type { Bench, BenchOptions, BenchResult } from "./bench";
import { measure, type Figures } from "./load";
import { median, rounded, table } from "./table";
import { startIssuer, type Issuer } from "./tokens";

export const keylessBench: Bench = {
  name: "keyless",
  summary:
    "token requests by the extension, by a secret and by Keycloak's federated tokens; starts a Keycloak",
  quick: false,
  run,
};

const rounds = 5;
/** Of each way, in each round; a quarter of it warms the server up. */
const requests = 1200;

/** The form of one token request; each federated one carries a token of its own. */
type Way = () => URLSearchParams;

async function run({ progress, checkpoint }: BenchOptions): Promise<BenchResult> {
  const issuer = await startIssuer();
  const server = await progress.step("starting a Keycloak with the extension", () =>
    startServer(versions.keycloak),
  );
  try {
    const { tokenUrl, ways } = await prepare(server, issuer);
    const names = Object.keys(ways) as Name[];
    const runs: Record<Name, Figures>[] = [];
    await progress.step("token requests in turns", async (note) => {
      const ask = async (name: Name, count: number) => {
        checkpoint();
        // Signed before the clock starts: signing is Bitbucket's work.
        const forms = Array.from({ length: count }, () => ways[name]().toString());
        return measure(tokenUrl, forms);
      };
      for (const name of names) await ask(name, requests / 4);
      for (let round = 1; round <= rounds; round++) {
        note(`round ${round} of ${rounds}`);
        // Another one begins each time.
        const order = names.map((_, at) => names[(at + round) % names.length] ?? "keyless");
        const figures = [];
        for (const name of order) figures.push([name, await ask(name, requests)] as const);
        runs.push(Object.fromEntries(figures) as Record<Name, Figures>);
      }
    });
    return resultOf(runs);
  } finally {
    await server.stop();
    await issuer.stop();
  }
}

type Name = "keyless" | "federated-jwt" | "client-secret";

const subject = "a-service-with-one-name-forever";
const uuid = (last: number) => `{00000000-0000-4000-8000-${String(last).padStart(12, "0")}}`;
const [workspace, repository, environment] = [uuid(1), uuid(2), uuid(3)];
const bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ours = "urn:bitbucket:params:oauth:client-assertion-type:pipelines-jwt";

/** A realm with a client for each way. */
async function prepare(
  server: Server,
  issuer: Issuer,
): Promise<{ tokenUrl: string; ways: Record<Name, Way> }> {
  const pipelines = issuer.url("2.0/workspaces/bench/pipelines-config/identity/oidc");
  const realm = await PipelinesRealm.make(server, "bench", { issuer: pipelines, workspaceUuid: workspace });
  await realm.admin("PUT", "", { eventsEnabled: false });
  await realm.client("keyless", `${repository}:environment:${environment}`);

  const others = issuer.url("others");
  await realm.admin("POST", "/identity-provider/instances", {
    alias: "others",
    providerId: "oidc",
    enabled: true,
    hideOnLogin: true,
    config: {
      ...{ issuer: others, jwksUrl: `${others}/keys.json`, useJwksUrl: "true", validateSignature: "true" },
      ...{ clientId: realm.issuer, clientSecret: "none", authorizationUrl: others, tokenUrl: others },
      ...{ supportsClientAssertions: "true", supportsClientAssertionReuse: "true" },
      allowClientIdAsAudience: "true",
    },
  });
  const attributes = { "jwt.credential.issuer": "others", "jwt.credential.sub": subject };
  await realm.client("federated-jwt", subject, { attributes });
  const secret = "only-for-this-bench";
  const authenticator = { clientAuthenticatorType: "client-secret", secret, attributes: {} };
  await realm.client("client-secret", "", authenticator);

  let step = 100;
  const grant = { grant_type: "client_credentials" };
  const assertion = (client_assertion_type: string, claims: object) =>
    new URLSearchParams({
      ...grant,
      client_assertion_type,
      client_assertion: issuer.sign({ aud: realm.issuer, ...claims }),
    });
  return {
    tokenUrl: `${realm.issuer}/protocol/openid-connect/token`,
    ways: {
      keyless: () => {
        const stepUuid = uuid(step++);
        const claims = {
          workspaceUuid: workspace,
          repositoryUuid: repository,
          pipelineUuid: stepUuid,
          stepUuid,
        };
        const where = { deploymentEnvironmentUuid: environment, branchName: "main" };
        return assertion(ours, { iss: pipelines, sub: `${repository}:${stepUuid}`, ...claims, ...where });
      },
      "federated-jwt": () => assertion(bearer, { iss: others, sub: subject, stepUuid: uuid(step++) }),
      "client-secret": () =>
        new URLSearchParams({ ...grant, client_id: "client-secret", client_secret: secret }),
    },
  };
}

function resultOf(runs: readonly Record<Name, Figures>[]): BenchResult {
  const middle = (name: Name, of: keyof Figures) => rounded(median(runs.map((one) => one[name][of])), 2);
  const figures = (name: Name) => ({
    perSecond: middle(name, "perSecond"),
    p50: middle(name, "p50"),
    p99: middle(name, "p99"),
  });
  const all = {
    keyless: figures("keyless"),
    "federated-jwt": figures("federated-jwt"),
    "client-secret": figures("client-secret"),
  };
  const ratio = rounded(all.keyless.perSecond / all["federated-jwt"].perSecond, 2);
  const rows = Object.entries(all).map(([name, { perSecond, p50, p99 }]) => [name, perSecond, p50, p99]);
  return {
    json: { keyless: { rounds, requests, ratio, ...all } },
    text: `${table(["signing in by", "requests/s", "p50 ms", "p99 ms"], rows)}

keyless serves ${ratio} of the requests that federated-jwt serves in the same time (medians of ${rounds} rounds of ${requests} requests each, taken in turns on one server)`,
  };
}
