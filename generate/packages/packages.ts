/** The packages of this checkout that other programs can use. */
import { bitbucket } from "@pulumi/bitbucket/provider";
import { keycloakIdentity } from "@pulumi/keycloak-identity/provider";
import { rotation } from "@pulumi/rotation/provider";
import { componentFiles } from "./components";
import type { Files } from "./files";
import { providerFiles } from "./provider";

/** What each tarball holds, by the folder of its package. */
export const packages: Readonly<Record<string, () => Files>> = {
  "packages/bitbucket": () => providerFiles({ folder: "packages/bitbucket", provider: bitbucket }),
  "packages/rotation": () =>
    providerFiles({
      folder: "packages/rotation",
      provider: rotation,
      also: { decide: ["type Slot", "type SlotState", "slotAt", "slotOf"] },
    }),
  "packages/keycloak-identity": () =>
    providerFiles({ folder: "packages/keycloak-identity", provider: keycloakIdentity }),
  library: componentFiles,
};
