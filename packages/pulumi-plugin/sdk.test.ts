import * as bitbucket from "@pulumi/bitbucket";
import * as pulumi from "@pulumi/pulumi";

/** Resources as the program registered them. */
const placed: pulumi.runtime.MockResourceArgs[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    call: ({ token, inputs }) => ({
      groups: [{ slug: `${token} of ${(inputs as { workspace: string }).workspace}` }],
    }),
    newResource: (args) => {
      placed.push(args);
      return { id: `${args.name}-id`, state: { ...(args.inputs as object), uuid: "{made}", adopted: false } };
    },
  });
});

const known = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

test("a class passes what it was given, and has inputs and outputs as outputs", async () => {
  const environment = new bitbucket.Deployment("web-prod", {
    workspace: pulumi.output("acme"),
    repository: "web",
    name: "prod",
    type: "Production",
  });
  expect(await known(environment.uuid)).toBe("{made}");
  expect(await known(environment.name)).toBe("prod");
  expect(placed.map(({ type, name, inputs }) => ({ type, name, inputs: inputs as unknown }))).toEqual([
    {
      type: "bitbucket:index:Deployment",
      name: "web-prod",
      inputs: { workspace: "acme", repository: "web", name: "prod", type: "Production" },
    },
  ]);
  expect(environment).toBeInstanceOf(bitbucket.Deployment);
  expect(bitbucket.Deployment.isInstance(environment)).toBe(true);
  expect(bitbucket.Group.isInstance(environment)).toBe(false);
});

test("a function takes outputs and gives one", async () => {
  const { groups } = await known(bitbucket.getGroups({ workspace: pulumi.output("acme") }));
  expect(groups.map(({ slug }) => slug)).toEqual(["bitbucket:index:getGroups of acme"]);
});

test("wrong arguments do not compile", () => {
  const wrong = () => [
    // @ts-expect-error a required argument is missing
    new bitbucket.Group("a", { workspace: "acme" }),
    // @ts-expect-error there is no such type of environment
    new bitbucket.Deployment("b", { workspace: "acme", repository: "web", name: "qa", type: "QA" }),
    // @ts-expect-error there is no such argument
    new bitbucket.Group("c", { workspace: "acme", name: "c", members: [] }),
    // @ts-expect-error nor such an argument of a function
    bitbucket.getGroups({ workspace: "acme", project: "PAY" }),
  ];
  expect(wrong).toBeInstanceOf(Function);
});
