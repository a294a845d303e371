import { root } from "../places";
import { dependencies, pluginOf, runnerFile } from "./packages";

test("a package says which plugin is behind it", () => {
  expect(
    pluginOf({ name: "@pulumi/random", pulumi: { resource: true, name: "random", version: "4.21.2" } }),
  ).toEqual({
    name: "random",
    version: "4.21.2",
    server: "",
  });
});

test("what it does not say is its own name and version", () => {
  const pulumi = { resource: true, server: "https://get.acme.example" };
  expect(pluginOf({ name: "@acme/things", version: "1.2.3", pulumi })).toEqual({
    name: "things",
    version: "1.2.3",
    server: "https://get.acme.example",
  });
});

test("any other package has none", () => {
  expect(pluginOf({ name: "yaml", version: "2.9.0" })).toBeUndefined();
  expect(pluginOf({ name: "@pulumi/pulumi", pulumi: {} })).toBeUndefined();
});

test("this program needs five plugins", () => {
  const plugins = dependencies(root).flatMap((manifest) => pluginOf(manifest) ?? []);
  expect(plugins).toEqual([
    { name: "bitbucket", version: "0.1.0", server: "" },
    { name: "keycloak", version: "6.13.0", server: "" },
    { name: "keycloak-identity", version: "0.1.0", server: "" },
    { name: "random", version: "4.21.2", server: "" },
    { name: "rotation", version: "0.1.0", server: "" },
  ]);
});

test("a folder without the SDK is told so", () => {
  expect(() => runnerFile("/", "run")).toThrow("/: @pulumi/pulumi is not installed there; run npm install");
});
