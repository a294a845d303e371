/** What SDKs, editors and pages of other languages are made from says everything. */
import { schemaOf } from "@bitbucket-keycloak/pulumi-plugin/schema";
import { bitbucket } from "@pulumi/bitbucket/provider";
import { keycloakIdentity } from "@pulumi/keycloak-identity/provider";
import { rotation } from "@pulumi/rotation/provider";

interface Spec {
  readonly description?: string;
  readonly secret?: boolean;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Spec>>;
  readonly inputProperties?: Readonly<Record<string, Spec>>;
  readonly inputs?: Spec;
  readonly outputs?: Spec;
}
interface Schema {
  readonly resources: Readonly<Record<string, Spec>>;
  readonly types: Readonly<Record<string, Spec>>;
  readonly functions?: Readonly<Record<string, Spec>>;
  readonly config: { readonly variables: Readonly<Record<string, Spec>> };
}

const schemas = [bitbucket, keycloakIdentity, rotation].map(
  (provider) => [provider.name, schemaOf(provider as never) as Schema] as const,
);

/** Each property of each part of a schema, by its path. */
function propertiesIn(spec: Spec, path: string): [string, Spec][] {
  const { properties = {}, inputProperties = {}, inputs, outputs } = spec;
  return [
    ...Object.entries({ ...properties, ...inputProperties }).map(
      ([name, property]) => [`${path}.${name}`, property] as [string, Spec],
    ),
    ...(inputs ? propertiesIn(inputs, path) : []),
    ...(outputs ? propertiesIn(outputs, path) : []),
  ];
}

test.each(schemas)(
  "%s: everything is described, and whatever people write has an example",
  (_name, schema) => {
    const { resources, types, functions = {}, config } = schema;
    const parts = Object.entries({ ...resources, ...types, ...functions });
    const properties = [
      ...parts.flatMap(([token, spec]) => propertiesIn(spec, token)),
      ...Object.entries(config.variables),
    ];
    expect(properties.filter(([, { description = "" }]) => description.length < 10)).toEqual([]);
    const written = Object.entries({ ...resources, ...functions });
    const without = written.filter(
      ([, { description = "" }]) => !/## Example Usage[^]*```typescript\n/.test(description),
    );
    expect(without.map(([token]) => token)).toEqual([]);
  },
);

test("what may be secret is, and what has a default says which", () => {
  const all = schemas.flatMap(([, { resources, types }]) =>
    Object.entries({ ...resources, ...types }).flatMap(([token, spec]) => propertiesIn(spec, token)),
  );
  const paths = (which: (spec: Spec) => boolean): string[] => [
    ...new Set(all.filter(([, spec]) => which(spec)).map(([path]) => path.replace(/^.*:/, ""))),
  ];
  expect(paths(({ secret }) => secret === true)).toEqual([
    "WorkspaceHook.secret",
    "DataCenterClient.clientSecret",
    "Variable.value",
  ]);
  expect(paths((spec) => spec.default !== undefined)).toEqual([
    "GroupMembers.adopt",
    "ProjectPermissions.adopt",
    "RepositoryPermissions.adopt",
    "BranchRestrictions.adopt",
    "BranchRestrictions.removeAdopted",
    "Deployment.adminOnly",
    "Deployment.adopt",
    "DeploymentVariables.others",
    "DeploymentVariables.adopt",
    "RepositoryVariables.adopt",
    "WorkspaceVariables.adopt",
    "PipelinesConfig.enabled",
    "PipelineSchedule.enabled",
    "PipelineSchedule.adopt",
    "WorkspaceHook.active",
    "WorkspaceHook.adopt",
    "Variable.secured",
    "Schedule.overlap",
    "Schedule.manualRotations",
    "Schedule.revocations",
  ]);
});
