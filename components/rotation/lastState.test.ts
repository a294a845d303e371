import * as pulumi from "@pulumi/pulumi";
import { lastStateOf, recordOfStack, type LastState } from "./lastState";

const password = "random:index/randomPassword:RandomPassword";
const urn = (types: string, name: string) => `urn:pulumi:dev::bitbucket-keycloak::${types}::${name}`;

let asked: unknown[];
/** The engine, with a state that holds these resources by URN. */
function stateOf(outputs?: Record<string, { outputs?: Record<string, unknown> }>): Promise<void> {
  asked = [];
  return pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: name, state: inputs as Record<string, unknown> }),
      call: ({ token, inputs }) => {
        asked.push([token, inputs]);
        return { ...(outputs && { outputs }) };
      },
    },
    "bitbucket-keycloak",
    "dev",
    false,
    "acme",
  );
}

const lastStateOfStack = async (): Promise<LastState> => lastStateOf(await recordOfStack());
const known = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => void output.apply(resolve));

test("a resource is found by its own type and name, wherever in the program it is", async () => {
  await stateOf({
    [urn(`a:index:One$b:index:Two$${password}`, "api")]: { outputs: { result: "nested" } },
    [urn(password, "web")]: { outputs: { result: "at the top" } },
    [urn("rotation:index:Schedule", "api")]: { outputs: { rotation: 3 } },
  });
  const lastState = await lastStateOfStack();
  expect(await known(lastState.outputsOf(password, "api"))).toEqual({ result: "nested" });
  expect(await known(lastState.outputsOf(password, "web"))).toEqual({ result: "at the top" });
  expect(await known(lastState.outputsOf("rotation:index:Schedule", "api"))).toEqual({ rotation: 3 });
});

test("what the state lacks is undefined: another type, another name, a component's type", async () => {
  await stateOf({ [urn(`a:index:One$${password}`, "api")]: { outputs: { result: "nested" } } });
  const lastState = await lastStateOfStack();
  for (const [type, name] of [
    ["rotation:index:Schedule", "api"],
    [password, "api2"],
    ["a:index:One", "api"],
  ] as const)
    expect([await known(lastState.outputsOf(type, name)), lastState.has(type, name)]).toEqual([
      undefined,
      false,
    ]);
});

test("a resource without outputs, and a state without resources, are undefined", async () => {
  await stateOf({ [urn(password, "api")]: {} });
  expect((await lastStateOfStack()).has(password, "api")).toBe(true);
  expect(await known((await lastStateOfStack()).outputsOf(password, "api"))).toBeUndefined();
  await stateOf();
  expect(await known((await lastStateOfStack()).outputsOf(password, "api"))).toBeUndefined();
});

test("what is remembered is secret, also where there is nothing", async () => {
  await stateOf({ [urn(password, "api")]: { outputs: { result: "s3cret" } } });
  const lastState = await lastStateOfStack();
  expect(await pulumi.isSecret(lastState.outputsOf(password, "api"))).toBe(true);
  expect(await pulumi.isSecret(lastState.outputsOf(password, "web"))).toBe(true);
});

test("the engine is asked once for this very stack, however much is looked up", async () => {
  await stateOf({});
  const lastState = await lastStateOfStack();
  await Promise.all(["api", "web", "docs"].map((name) => known(lastState.outputsOf(password, name))));
  expect(asked).toEqual([
    ["pulumi:pulumi:readStackResourceOutputs", { stackName: "acme/bitbucket-keycloak/dev" }],
  ]);
});
