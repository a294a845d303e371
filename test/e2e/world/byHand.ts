/** What people do in the two systems, and a directory, before a run moves and renames. */
import { sync } from "../../../commands/sync/sync";
import { Progress } from "../../../toolchain/progress";
import type { World } from ".";

/** Ben is put into a group that nobody's members are declared of, ana has a link, and everybody's accounts their groups. */
export async function settle(world: World): Promise<void> {
  const admin = async (method: string, path: string, body?: unknown) => {
    const { status, json } = await world.keycloak(method, `/${world.realm}${path}`, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
    return json as { id: string }[];
  };
  const idOf = async (path: string) => (await admin("GET", path))[0]?.id ?? "";
  const [ana, ben] = [await idOf("/users?username=ana"), await idOf("/users?username=ben")];
  await admin("PUT", `/users/${ben}/groups/${await idOf("/groups?search=guests")}`);
  const idp = "https://idp.example";
  const config = { clientId: "x", clientSecret: "y", authorizationUrl: idp, tokenUrl: idp };
  const provider = { alias: "corporate", providerId: "oidc", enabled: true, config };
  await admin("POST", "/identity-provider/instances", provider);
  await admin("POST", `/users/${ana}/federated-identity/corporate`, { userId: "77", userName: "ana@idp" });
  const quiet = new Progress({ write: () => undefined });
  const { failures } = await sync("local", world.envOf("sync"), { apply: true }, world.folder, quiet);
  if (failures.length > 0) throw new Error(failures.join("\n"));
}

/** The repository has another name and is in another project. */
export async function moveRepository(world: World): Promise<void> {
  const body = { name: "core", project: { key: "SHOP" } };
  const { status, json } = await world.bitbucket("PUT", "/2.0/repositories/acme/api", body);
  if (status >= 300) throw new Error(`the repository did not move: ${status} ${JSON.stringify(json)}`);
}
