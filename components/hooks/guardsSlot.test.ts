import * as pulumi from "@pulumi/pulumi";
import { KeycloakAdmin } from "../../clients/keycloak";
import { played, said } from "../../commands/verify/testing/server";
import { guardsSlot, olderState } from "./guardsSlot";
import { hookArgs } from "./testing/hook";

const server = played(() => said({}));

const at = (rotation: number, day = 1) => `${rotation} 2026-01-0${day}T00:00:00.000Z`;

describe("before a slot's client is changed", () => {
  interface Found {
    readonly enabled?: boolean;
    readonly serviceAccountsEnabled?: boolean;
    readonly attributes?: Record<string, string>;
  }
  /** Runs the hook against a Keycloak that has this client; what was written there. */
  async function writes(
    client: Found | undefined,
    before: string,
    after: string,
    enabled = true,
  ): Promise<unknown[]> {
    server.answer = ({ method, path }) => {
      if (path.endsWith("/token")) return said({ access_token: "administrator", expires_in: 600 });
      if (method !== "GET") return { status: 204 };
      if (path.endsWith("/service-account-user")) return said({ id: "account" });
      return said(client === undefined ? [] : [{ id: "api", clientId: "api-a", ...client }]);
    };
    const keycloak = KeycloakAdmin.from(server.url, "acme", {
      KEYCLOAK_CLIENT_ID: "c",
      KEYCLOAK_CLIENT_SECRET: "s",
    });
    const config = (rotation: string) => ({
      clientId: "api-a",
      extraConfig: { "rotation.number": rotation },
    });
    const newInputs = { ...config(after), enabled: pulumi.output(enabled) };
    await guardsSlot(() => keycloak)(hookArgs(newInputs, config(before)));
    return server.asked
      .filter(({ method, path }) => method !== "GET" && !path.endsWith("/token"))
      .map(({ method, path, json }) => [method, path.replace("/admin/realms/acme", ""), json]);
  }
  const rotatedBy = (rotation: string): Found => ({
    enabled: true,
    attributes: { "rotation.number": rotation },
  });

  test("one that the state knows may be rotated, and nothing else is written", async () => {
    expect(await writes(rotatedBy(at(1)), at(1), at(3))).toEqual([]);
  });

  test("one that is gone from Keycloak may be made again", async () => {
    expect(await writes(undefined, at(1), at(3))).toEqual([]);
  });

  test("one that a newer state has rotated is refused, and none of its tokens is ended", async () => {
    const refusal =
      'client api-a was rotated by a run that this state knows nothing of (rotation 5 2026-01-01T00:00:00.000Z; the state has 1 2026-01-01T00:00:00.000Z): the state is an older one, and nothing was changed; bring back the newest state, or see "An older state" in docs/guide/rotation.md';
    await expect(writes(rotatedBy(at(5)), at(1), at(3), false)).rejects.toThrow(new Error(refusal));
    expect(server.asked.map(({ method }) => method)).toEqual(["POST", "GET"]);
  });

  test("one that is ended loses every token from before, and its service account its sessions", async () => {
    const now = Math.floor(Date.now() / 1000);
    const [put, post] = await writes(rotatedBy(at(1)), at(1), at(1), false);
    const { notBefore, ...rest } = (put as [string, string, { notBefore: number }])[2];
    expect((put as unknown[]).slice(0, 2)).toEqual(["PUT", "/clients/api"]);
    expect(rest).toEqual({ id: "api", clientId: "api-a", ...rotatedBy(at(1)) });
    expect(notBefore - now).toBeGreaterThanOrEqual(1);
    expect(notBefore - now).toBeLessThan(60);
    expect(post).toEqual(["POST", "/users/account/logout", {}]);
  });

  test("one that is ended and has no service account loses its tokens alone", async () => {
    const client = { ...rotatedBy(at(1)), serviceAccountsEnabled: false };
    const written = await writes(client, at(1), at(1), false);
    expect(written.map((one) => (one as string[]).slice(0, 2))).toEqual([["PUT", "/clients/api"]]);
  });

  test("one that was ended before is not ended again", async () => {
    expect(await writes({ ...rotatedBy(at(1)), enabled: false }, at(1), at(1), false)).toEqual([]);
  });
});

describe("a client, as Keycloak has it and as the state has it", () => {
  test.each<[string, string | undefined, string, string]>([
    ["the state knows the client as it is", at(1), at(1), at(3)],
    ["a run that died had rotated it, and recorded nothing more", at(3), at(1), at(3)],
    ["only its settings change", at(1), at(1), at(1)],
  ])("may be changed: %s", (_, found, before, after) => {
    expect(olderState("c", found, before, after)).toBeUndefined();
  });

  test.each<[string, string | undefined, string, string]>([
    ["a run that the state knows nothing of has rotated it", at(5), at(1), at(3)],
    ["the same rotation at another moment, by another state", at(3, 2), at(1), at(3)],
    ["a refresh read the newer rotation, and the program wants the older one", at(3), at(3), at(1)],
    ["a refresh read the same rotation of another state", at(3), at(3), at(3, 2)],
    ["nobody knows which rotation it is of", undefined, at(1), at(3)],
  ])("is not to be touched: %s", (_, found, before, after) => {
    expect(olderState("c", found, before, after)).toContain(
      `(rotation ${found ?? "none"}; the state has ${before})`,
    );
  });
});
