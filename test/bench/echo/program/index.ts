/** Registers the resources of a file, one after the other, as plainly as a program can. */
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import type { PlainResource } from "../../resources";

/** The SDK's own is abstract. */
class Plain extends pulumi.CustomResource {}

const file = process.env.BITBUCKET_KEYCLOAK_BENCH_RESOURCES ?? "";
const placed = new Map<string, pulumi.Resource>();

for (const { urn, type, name, custom, inputs, parent, dependsOn } of JSON.parse(
  readFileSync(file, "utf8"),
) as PlainResource[]) {
  const above = parent === undefined ? undefined : placed.get(parent);
  const options = {
    dependsOn: dependsOn.flatMap((each) => placed.get(each) ?? []),
    ...(above && { parent: above }),
  };
  const resource = custom
    ? new Plain(type, name, inputs, options)
    : new pulumi.ComponentResource(type, name, {}, options);
  placed.set(urn, resource);
}
