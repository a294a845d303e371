/** What an administrator sees, and cannot do. */
import { configurations } from "./configurations";
import { alias, provider } from "./realm";
import { config, type Current } from "./scene";

export function consoleTests(current: Current): void {
  test("finds the type in the console, with its settings", async () => {
    const { server } = current();
    const info = (await server.admin("GET", "/serverinfo")) as {
      identityProviders: { id: string; name: string }[];
      componentTypes: Record<string, { id: string; properties: { name: string }[] }[]>;
    };
    expect(info.identityProviders.find(({ id }) => id === "bitbucket-pipelines")?.name).toBe(
      "Bitbucket Pipelines",
    );
    const types = Object.values(info.componentTypes).flat();
    const type = types.find(({ id }) => id === "bitbucket-pipelines");
    expect(type?.properties.map(({ name }) => name)).toEqual([
      "issuer",
      "workspaceUuid",
      "boundTo",
      "maximumAge",
      "allowedClockSkew",
    ]);
  });

  test.each(configurations)("cannot save $name", async ({ config: wrong, message }) => {
    const { workspace, realm } = current();
    const { issuer } = workspace;
    const changed = { ...config(workspace), issuer: issuer.replace("/lab/", "/some/"), ...wrong };
    const made = realm.admin("POST", "/identity-provider/instances", {
      ...provider(changed),
      alias: "wrong",
    });
    await expect(made).rejects.toThrow(message);
  });

  test("cannot register one issuer twice", async () => {
    const { workspace, realm } = current();
    const twice = { ...provider(config(workspace)), alias: "again" };
    await expect(realm.admin("POST", "/identity-provider/instances", twice)).rejects.toThrow(/already used/i);
  });

  test("finds no secret that works: the one that Keycloak makes for every client signs nobody in", async () => {
    const { realm, client } = current();
    const { config: kept } = (await realm.admin("GET", `/identity-provider/instances/${alias}`)) as {
      config: object;
    };
    expect(kept).not.toHaveProperty("clientSecret");
    const { clientId, secret } = (await realm.admin("GET", `/clients/${client}`)) as Record<string, string>;
    const response = await fetch(`${realm.issuer}/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId ?? "",
        client_secret: secret ?? "none",
      }),
    });
    expect(response.status).toBe(401);
    expect((await realm.events()).map(({ type }) => type)).toEqual(["CLIENT_LOGIN_ERROR"]);
  });
}
