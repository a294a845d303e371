import { variables } from "../../access/environment";
import { concernedBy } from "./previewRequest";
import { environmentOf } from "./credentials";

const env = {
  PATH: "/bin",
  KEYCLOAK_CLIENT_ID: "runner",
  KEYCLOAK_CLIENT_SECRET: "secret-of-all",
  PROD_KEYCLOAK_CLIENT_SECRET: "secret-of-prod",
  EU_WEST_KEYCLOAK_CLIENT_SECRET: "secret-of-eu-west",
  PROD_NODE_OPTIONS: "--require=evil",
};

test("a stack has its own credentials, and none of another's", () => {
  const stacks = ["dev", "prod", "eu-west"];
  const {
    KEYCLOAK_CLIENT_SECRET: ofProd,
    NODE_OPTIONS: options,
    ...prod
  } = environmentOf("prod", stacks, env);
  expect([ofProd, options]).toEqual(["secret-of-prod", undefined]);
  expect(Object.keys(prod).sort()).toEqual(["KEYCLOAK_CLIENT_ID", "PATH", "PROD_NODE_OPTIONS"]);
  expect(environmentOf("dev", stacks, env).KEYCLOAK_CLIENT_SECRET).toBe("secret-of-all");
  expect(environmentOf("eu-west", stacks, env).KEYCLOAK_CLIENT_SECRET).toBe("secret-of-eu-west");
});

test.each(variables.filter(({ kind }) => kind === "credential").map(({ name }) => name))(
  "%s can be one stack's alone",
  (name) => {
    const given = { [name]: "of all", [`PROD_${name}`]: "of prod" };
    expect(environmentOf("prod", ["dev", "prod"], given)).toEqual({ [name]: "of prod" });
    expect(environmentOf("dev", ["dev", "prod"], given)).toEqual({ [name]: "of all" });
  },
);

test("every environment is concerned by what is true everywhere, one by its own settings, none by anything else", () => {
  const stacks = ["prod", "dev"];
  expect(concernedBy({ changed: ["access.yaml"] }, stacks)).toEqual(stacks);
  expect(concernedBy({ changed: ["access.lock.yaml", "stacks/Pulumi.dev.yaml"] }, stacks)).toEqual(stacks);
  expect(concernedBy({ changed: ["stacks/Pulumi.new.yaml"] }, stacks)).toEqual(stacks);
  expect(concernedBy({ changed: ["stacks/Pulumi.dev.yaml"] }, stacks)).toEqual(["dev"]);
  expect(concernedBy({ changed: [] }, stacks)).toEqual([]);
});
