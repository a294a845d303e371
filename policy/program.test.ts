import { root } from "../toolchain/places";
import { programFolder } from "./program";

const project = "bitbucket-keycloak";

test("the program lies in the checkout of the pack, unless the variable names a folder", () => {
  expect(programFolder(project, {})).toBe(root);
  expect(programFolder(project, { BITBUCKET_KEYCLOAK_PROGRAM: root })).toBe(root);
});

test.each([
  [
    {},
    "other",
    `${root}/Pulumi.yaml: found the project ${project}; the guardrails evaluate the project other: `,
  ],
  [
    { BITBUCKET_KEYCLOAK_PROGRAM: "/nowhere" },
    project,
    `/nowhere/Pulumi.yaml of BITBUCKET_KEYCLOAK_PROGRAM: found no project; the guardrails evaluate the project ${project}: `,
  ],
])("with %j the project %s is nobody's", (env, name, message) => {
  expect(() => programFolder(name, env)).toThrow(
    `${message}set BITBUCKET_KEYCLOAK_PROGRAM to the folder of its Pulumi.yaml`,
  );
});
