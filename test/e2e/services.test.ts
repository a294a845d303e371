/**
 * The examples of docs/guide/keyless.md, taken from there as people copy them, against the code that the services
 * themselves run: the JWT method of Vault (which OpenBao forked) and the JWT authenticator of the Kubernetes API server,
 * built from their Go modules; and npm. Only by `npm run test:exhaustive`: it needs Go and openssl.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { root } from "../../toolchain/places";
import { run } from "../../toolchain/processes";
import { versions } from "../../toolchain/versions";
import { PipelinesRealm, startServer, type Server as Keycloak } from "./extension/realm";
import { config } from "./extension/scene";
import { Workspace } from "./extension/workspace";
import { startFront, type Front } from "./services/front";
import { exampleOf, vaultWrites } from "./services/guide";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
jest.setTimeout(1_200_000);

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

(exhaustive ? describe : describe.skip)("a pipeline's access token", () => {
  const folder = mkdtempSync(join(tmpdir(), "services-"));
  let keycloak: Keycloak;
  let workspace: Workspace;
  let front: Front;
  let issuer: string;
  let realm: PipelinesRealm;

  beforeAll(async () => {
    const programs = ["./vault", "./kubernetes"];
    const flags = ["-trimpath", "-buildvcs=false", "-o", `${folder}/`];
    await run("go", ["build", ...flags, ...programs], { cwd: join(root, "toolchain/go/services") });
    [keycloak, workspace] = await Promise.all([startServer(versions.keycloak), Workspace.start()]);
    front = await startFront(keycloak.url, folder);
    realm = await PipelinesRealm.make(keycloak, "acme", config(workspace));
    issuer = `${front.url}/realms/acme`;
    // As this program sets realms up: ES256, under an https address.
    const key = {
      name: "es256",
      providerId: "ecdsa-generated",
      providerType: "org.keycloak.keys.KeyProvider",
    };
    const settings = {
      active: ["true"],
      enabled: ["true"],
      priority: ["130"],
      ecdsaEllipticCurveKey: ["P-256"],
    };
    await realm.admin("POST", "/components", { ...key, config: settings });
    const attributes = { frontendUrl: front.url };
    await realm.admin("PUT", "", { defaultSignatureAlgorithm: "ES256", attributes });
    await client("pipeline.payments-api.prod", ["vault", "kubernetes", "npm.example"]);
    await client("pipeline.other.prod", ["vault", "kubernetes"]);
    await client("pipeline.plain.prod", []);
  });
  afterAll(async () => {
    front.stop();
    await keycloak.stop();
    await workspace.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const repositories: Record<string, string> = {};
  async function client(clientId: string, audiences: readonly string[]): Promise<void> {
    const repository = `{${crypto.randomUUID()}}`;
    repositories[clientId] = repository;
    const bound = `${repository}:environment:${workspace.environments.prod}`;
    const id = await realm.client(clientId, bound, { fullScopeAllowed: false });
    for (const audience of audiences)
      await realm.admin("POST", `/clients/${id}/protocol-mappers/models`, {
        name: audience,
        protocol: "openid-connect",
        protocolMapper: "oidc-audience-mapper",
        config: { "included.custom.audience": audience, "access.token.claim": "true" },
      });
  }
  async function tokenOf(clientId: string): Promise<string> {
    const claims = { repositoryUuid: repositories[clientId] };
    const answer = await realm.signIn(await workspace.forge(issuer, { claims }));
    if (answer.access_token === undefined) throw new Error(JSON.stringify(answer));
    return answer.access_token;
  }

  describe("at Vault or OpenBao", () => {
    const login = async (clientId: string): Promise<Ended> => {
      const writes = vaultWrites(exampleOf("Vault or OpenBao", issuer)).map(({ path, data }) => ({
        path: path.replace(/^auth\/jwt\//, ""),
        data: path.endsWith("/config")
          ? { ...data, oidc_discovery_ca_pem: readFileSync(front.authority, "utf8") }
          : data,
      }));
      expect(writes.map(({ path }) => path)).toEqual(["config", "role/payments-prod"]);
      const asked = { role: "payments-prod", jwt: await tokenOf(clientId) };
      return program("vault", [], JSON.stringify({ writes, login: asked }));
    };

    test("is a login with that role's policies, for ten minutes", async () => {
      const { out, err } = await login("pipeline.payments-api.prod");
      expect(err).toBe("");
      expect(JSON.parse(out)).toEqual({
        alias: "pipeline.payments-api.prod",
        policies: ["payments-prod"],
        seconds: 600,
      });
    });

    test.each([
      ["another pipeline's", "pipeline.other.prod", /claim "azp" does not match/],
      ["one for nobody", "pipeline.plain.prod", /audience/],
    ])("is refused: %s", async (_name, clientId, said) => {
      const { code, err } = await login(clientId);
      expect(err).toMatch(said);
      expect(code).toBe(1);
    });
  });

  describe("at a Kubernetes API server", () => {
    const user = async (token: string): Promise<Ended> => {
      const file = join(folder, "authentication.yaml");
      writeFileSync(file, exampleOf("Kubernetes", issuer));
      return program("kubernetes", [file, front.authority], token);
    };

    test("is the user that the example binds a role to", async () => {
      const { out, err } = await user(await tokenOf("pipeline.payments-api.prod"));
      expect(err).toBe("");
      expect(JSON.parse(out)).toEqual({ name: "pipeline:pipeline.payments-api.prod", groups: null });
    });

    test("is refused: one for nobody, and one that was changed", async () => {
      expect((await user(await tokenOf("pipeline.plain.prod"))).err).toMatch(/audience/);
      const [header = "", , signature = ""] = (await tokenOf("pipeline.other.prod")).split(".");
      const content = (await tokenOf("pipeline.payments-api.prod")).split(".")[1] ?? "";
      const forged = [header, content, signature].join(".");
      expect((await user(forged)).err).toMatch(/failed to verify signature/);
    });
  });

  describe("at an npm registry", () => {
    let registry: Server;
    let seen: string[];
    beforeAll(async () => {
      registry = createServer((request, response) => {
        void jwtVerify(request.headers.authorization?.replace(/^Bearer /, "") ?? "", keys, {
          issuer,
          audience: "npm.example",
        }).then(
          ({ payload }) => {
            seen.push(String(payload.azp));
            response.writeHead(200, { "content-type": "application/json" }).end("{}");
          },
          () => response.writeHead(401).end(),
        );
      });
      // Its keys by the way without TLS: jose trusts no certificate of ours.
      const keys = createRemoteJWKSet(new URL(`${realm.issuer}/protocol/openid-connect/certs`));
      registry.listen(0, "127.0.0.1");
      await once(registry, "listening");
    });
    afterAll(() => registry.close());
    beforeEach(() => (seen = []));

    const ping = async (clientId: string): Promise<Ended> => {
      const host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
      const [command = ""] = exampleOf("An npm registry proxy", issuer).trim().split("\n");
      const file = join(folder, "npmrc");
      writeFileSync(file, "");
      const env = { ...process.env, npm_config_userconfig: file, token: await tokenOf(clientId) };
      const script = `${command.replaceAll("npm.example", host)} && npm ping --registry=http://${host}/`;
      return ended("sh", ["-c", script], "", env);
    };

    test("is what npm shows, and is taken", async () => {
      expect((await ping("pipeline.payments-api.prod")).code).toBe(0);
      expect(seen).toEqual(["pipeline.payments-api.prod"]);
    });

    test("is refused: one that is for others", async () => {
      expect((await ping("pipeline.other.prod")).code).not.toBe(0);
      expect(seen).toEqual([]);
    });
  });

  function program(name: string, args: readonly string[], input: string): Promise<Ended> {
    return ended(join(folder, name), args, input, process.env);
  }
});

async function ended(
  command: string,
  args: readonly string[],
  input: string,
  env: NodeJS.ProcessEnv,
): Promise<Ended> {
  const child = spawn(command, args, { env });
  let [out, err] = ["", ""];
  child.stdout.on("data", (bytes: Buffer) => (out += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (err += bytes.toString()));
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? -1, out, err };
}
