/** What the tour shows of both systems, side by side. */
import { clientIdOf, rightsClient, rotationAttribute } from "../../access";
import { clientNamed, userNamed } from "../../clients/named";
import type { Action } from "./step";

type Look = Action & { readonly kind: "see" };

export const rightOnPayments: Look = {
  kind: "see",
  what: "what team storefront has on PAY/payments-api",
  lines: async ({ keycloak, permission }) => {
    const bitbucket = await clientNamed<{ id: string }>(keycloak, rightsClient);
    const group = (await keycloak.groups()).find(({ name }) => name === "storefront");
    const path = `groups/${group?.id ?? ""}/role-mappings/clients/${bitbucket?.id ?? ""}`;
    const roles = bitbucket && group ? ((await keycloak.get<{ name: string }[]>(path)) ?? []) : [];
    const names = roles.map(({ name }) => name).filter((name) => name.endsWith("PAY/payments-api"));
    return [
      `Keycloak:  roles of group storefront there: ${names.join(", ") || "none"}`,
      `Bitbucket: permission of group storefront: ${await permission("payments-api", "storefront")}`,
    ];
  },
};

export const secretOfRunbooks: Look = {
  kind: "see",
  what: "the credential of the pipeline of PLAT/runbooks",
  lines: async ({ keycloak, variables }) => {
    const pipeline = { repository: "runbooks", environment: "dev" };
    const slots = await Promise.all(
      (["a", "b"] as const).map(async (slot) => {
        const id = clientIdOf(pipeline, slot);
        const client = await clientNamed<ClientShown>(keycloak, id);
        return `${id}: ${client === undefined ? "not there" : `secret of rotation ${client.attributes?.[rotationAttribute] ?? "unknown"}`}`;
      }),
    );
    return [
      ...slots.map((line) => `Keycloak:  ${line}`),
      `Bitbucket: variables of environment dev: ${(await variables("runbooks", "dev")).join(", ") || "none"}`,
    ];
  },
};

interface ClientShown {
  readonly id: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export const leftOfHana: Look = {
  kind: "see",
  what: "what is left of hana",
  lines: async ({ keycloak, members }) => {
    const user = await userNamed(keycloak, "hana");
    const left = await members("storefront");
    return [
      `Keycloak:  ${user === undefined ? "no such person" : user.enabled === true ? "enabled" : "disabled"}`,
      `Bitbucket: in group storefront: ${left.join(", ")}`,
    ];
  },
};
