/**
 * A workspace whose steps get tokens, and somebody who forges them: every token here is one that an attacker could
 * hold, or could not because only the workspace's key signs it. That key is read from the emulator's own state.
 */
import { createPrivateKey, generateKeyPairSync, randomUUID, sign, type KeyObject } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readings } from "@bitbucket-keycloak/bitbucket-emulator";
import { startLab, type Client, type Lab } from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";
import {
  alpha,
  environment,
  part,
  pipelinesFile,
  run,
  type Run,
} from "@bitbucket-keycloak/bitbucket-emulator/testing/pipelines";
import { play } from "@bitbucket-keycloak/bitbucket-emulator/testing/readings";

/** An audience that nobody is. */
const somebody = "https://audience.example";

export type Claims = Readonly<Record<string, unknown>>;

export interface Forgery {
  /** Claims that differ from those of an honest step; `undefined` leaves one out. */
  readonly claims?: Claims;
  /** Fields of the header that differ. */
  readonly header?: Claims;
  /** Makes the signature. Default: by the workspace's key. */
  readonly signature?: (signed: string) => Buffer;
}

interface State {
  readonly workspace: { readonly uuid: string };
  readonly repositories: readonly { readonly slug: string; readonly uuid: string }[];
}

export const newUuid = (): string => `{${randomUUID()}}`;
export const now = (): number => Math.floor(Date.now() / 1000);
/** A key that the workspace has never published. */
export const strangersKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

export class Workspace {
  private constructor(
    readonly lab: Lab,
    readonly admin: Client,
    private readonly folder: string,
    readonly uuid: string,
    private readonly repositories: State["repositories"],
    /** Environments of the repository alpha, by name. */
    readonly environments: Readonly<Record<"prod" | "dev", string>>,
  ) {}

  /** What a real step's token claims that asks for {@link somebody}. */
  private honest: Claims = {};

  static async start(): Promise<Workspace> {
    const folder = mkdtempSync(join(tmpdir(), "workspace-"));
    const lab = await startLab({ file: join(folder, "state.json") });
    const admin = lab.as("admin");
    const environments = {
      prod: await environment(admin, "prod", {}, true),
      dev: await environment(admin, "dev"),
    };
    const { workspace, repositories } = (await admin.get("/emulator/state")).json as State;
    const made = new Workspace(lab, admin, folder, workspace.uuid, repositories, environments);
    await made.play({});
    return made;
  }

  get issuer(): string {
    return `${this.lab.emulator.url}/2.0/workspaces/lab/pipelines-config/identity/oidc`;
  }

  repository(slug: string): string {
    const found = this.repositories.find((each) => each.slug === slug);
    if (found === undefined) throw new Error(`no repository ${slug}`);
    return found.uuid;
  }

  /** Runs one step of alpha, as the administrator. */
  async step(script: readonly string[], options = ""): Promise<Run> {
    const steps = `{step: { ${options} script: ${JSON.stringify(script)} }}`;
    await pipelinesFile(this.admin, steps);
    return run(this.admin);
  }

  /** The token that a real step of alpha gets which deploys to this environment. */
  async stepToken(audience: string, deployment = "prod"): Promise<string> {
    const script = ['printf %s "$BITBUCKET_STEP_OIDC_TOKEN" | base64 -w0 | tr "+/" "-_"'];
    const { logs } = await this.step(
      script,
      `deployment: ${deployment}, oidc: { audiences: ["${audience}"] },`,
    );
    const printed = logs[0]?.trim().split("\n").at(-1) ?? "";
    return Buffer.from(printed, "base64url").toString();
  }

  /** From now on gives steps tokens by these readings of Atlassian's documents, and forges such tokens. */
  async play(readings: Partial<Readings>): Promise<void> {
    await play(this.lab.emulator, readings);
    this.honest = claimsOf(await this.stepToken(somebody));
  }

  /** `aud` of a step that asks for this audience. */
  aud(audience: string): unknown {
    return JSON.parse(JSON.stringify(this.honest.aud).replace(somebody, audience));
  }

  /** The audience that steps have by default. */
  get ownAudience(): string {
    return `ari:cloud:bitbucket::workspace/${this.uuid.slice(1, -1)}`;
  }

  /** The claims of an honest step of alpha that deploys to prod; each time another step. */
  claims(audience: string): Claims {
    const step = newUuid();
    const repository = this.repository("alpha");
    return {
      ...this.honest,
      aud: this.aud(audience),
      sub: `${repository}:${this.environments.prod}:${step}`,
      iat: now(),
      exp: now() + 3600,
      pipelineUuid: newUuid(),
      stepUuid: step,
    };
  }

  /** A token; by default one that Bitbucket itself could have made. */
  async forge(audience: string, { claims, header, signature }: Forgery = {}): Promise<string> {
    const { key, kid } = await this.key();
    const encoded = [
      { alg: "RS256", typ: "JWT", kid, ...header },
      { ...this.claims(audience), ...claims },
    ].map((each) => Buffer.from(JSON.stringify(each)).toString("base64url"));
    const signed = encoded.join(".");
    return `${signed}.${(signature?.(signed) ?? rs256(signed, key)).toString("base64url")}`;
  }

  /** The key that signs, and its id. */
  async key(): Promise<{ readonly key: KeyObject; readonly kid: string }> {
    // Published keys are saved keys.
    await this.admin.get(`${new URL(this.issuer).pathname}/keys.json`);
    const { signingKey } = JSON.parse(readFileSync(join(this.folder, "state.json"), "utf8")) as {
      signingKey: { kid: string };
    };
    return { key: createPrivateKey({ key: signingKey, format: "jwk" }), kid: signingKey.kid };
  }

  /** How often the keys were asked for since an entry of the log. */
  keyRequests(since: number): number {
    return this.lab.emulator.log.since(since).filter(({ path }) => path.endsWith("/keys.json")).length;
  }

  /** The last entry of the log. */
  lastRequest(): number {
    return this.lab.emulator.log.since(0).at(-1)?.id ?? 0;
  }

  async rename(uuid: string, name: string): Promise<void> {
    const answer = await this.admin.post(`${alpha}/environments/${part(uuid)}/changes`, { change: { name } });
    if (answer.status !== 202) throw new Error(answer.text);
  }

  async stop(): Promise<void> {
    await this.lab.emulator.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a token claims. */
export function claimsOf(token: string): Readonly<Record<string, string>> {
  const content = token.split(".")[1] ?? "";
  return JSON.parse(Buffer.from(content, "base64url").toString()) as Record<string, string>;
}

export const rs256 = (signed: string, key: KeyObject): Buffer => sign("RSA-SHA256", Buffer.from(signed), key);
