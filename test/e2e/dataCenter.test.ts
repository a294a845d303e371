/**
 * The secret that Bitbucket Data Center signs people in with rotates while they sign in. Real engine, real Keycloak; Data
 * Center is played by a stand-in that really signs people in.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startDataCenter, type DataCenter } from "@bitbucket-keycloak/bitbucket-emulator/dataCenter";
import { actionOf, Browser, type Page } from "../../commands/verify/browser";
import { duration } from "../../toolchain/progress";
import { withSettings } from "./world";
import { Proxy } from "./world/proxy";
import { day, RotationWorld } from "./world/rotation";

jest.setTimeout(300_000);

const token = "http-access-token-of-this-test-alone";
const people = ["dora", "ivo", "june", "kurt", "lena", "mia"].map((username) => ({
  username,
  password: `of-${username}-alone-1`,
}));
const [dora = { username: "", password: "" }] = people;

let server: DataCenter;
let proxy: Proxy;
let world: RotationWorld;
let seen = "";

beforeAll(async () => {
  server = await startDataCenter({
    tokens: { [token]: "system administrator" },
    configurations: [
      {
        name: "Keycloak",
        "issuer-url": "https://keycloak.example",
        "client-id": "made-by-hand",
        "client-secret": "made-by-hand",
      },
    ],
  });
  let isFirst = true;
  // Keycloak alone is looked at on its way.
  const front = async (target: string) => {
    if (!isFirst) return target;
    isFirst = false;
    proxy = await Proxy.to(target);
    return proxy.url;
  };
  world = await RotationWorld.start(front, { "signIn.url": server.url, "signIn.publish": "rest" });
  world.world.env.BITBUCKET_DATA_CENTER_TOKEN = token;
  world.world.canaries.push(token);
  server.edit(1, { "issuer-url": `${proxy.url}/realms/${world.world.realm}` });
  seen += await world.upAt(0);
  for (const { username, password } of people) {
    const { status } = await world.world.keycloak("POST", `/${world.world.realm}/users`, {
      username,
      email: `${username}@acme.example`,
      emailVerified: true,
      firstName: username,
      lastName: "Test",
      enabled: true,
      credentials: [{ type: "password", value: password }],
    });
    expect(status).toBe(201);
  }
});

afterAll(async () => {
  await world.stop();
  await server.close();
  proxy.close();
});

const start = (browser: Browser): Promise<Page> =>
  browser.open(`${server.url}/plugins/servlet/external-login/1`, "never:");
const finish = (browser: Browser, login: Page, person = dora): Promise<Page> =>
  browser.open(actionOf(login), "never:", person);

async function signIn(person = dora): Promise<string> {
  const browser = new Browser([server.url, proxy.url]);
  return (await finish(browser, await start(browser), person)).text;
}

const told = () => {
  const { "client-id": id = "", "client-secret": secret = "" } = server.kept(1) ?? {};
  return `${id}:${secret}`;
};

/** What Keycloak answers to a client, whatever it asks about. */
async function taken(credential: string): Promise<number> {
  const address = `${proxy.url}/realms/${world.world.realm}/protocol/openid-connect/token/introspect`;
  const response = await fetch(address, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(credential).toString("base64")}` },
    body: new URLSearchParams({ token: "none" }),
  });
  return response.status;
}

const isProof = ({ path }: { path: string }) => path.endsWith("/token/introspect");
const changes = () => server.log.filter((request) => request.startsWith("PATCH")).length;

test("the first up tells Bitbucket its client, and people sign in", async () => {
  expect(told()).toMatch(/^bitbucket-a:\w{48}$/);
  expect(await signIn()).toBe("signed in as dora");
  expect(changes()).toBe(1);
  await world.upAt(0, "--expect-no-changes");
  expect(changes()).toBe(1);
});

test("it rotates while people sign in: nobody is refused, and who had begun comes through", async () => {
  const before = told();
  const waiting = new Browser([server.url, proxy.url]);
  const login = await start(waiting);
  let isOver = false;
  let proofsBefore = 0;
  server.fault = (request) => {
    if (request.startsWith("PATCH")) proofsBefore = proxy.passed.filter(isProof).length;
    return undefined;
  };
  proxy.passed = [];
  const signIns = people.map(async (person) => {
    const answers: string[] = [];
    while (!isOver) {
      answers.push(await signIn(person));
      // One person's sign-ins that follow in the same moment are guessing, to Keycloak.
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return answers;
  });
  world.setDay(31 * day);
  const began = Date.now();
  const report = await world.rotate();
  const took = duration(Date.now() - began);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  isOver = true;
  const answers = (await Promise.all(signIns)).flat();
  seen += JSON.stringify(report);

  expect(report.rotated).toContain("sign-in");
  expect(told()).toMatch(/^bitbucket-b:\w{48}$/);
  expect(proofsBefore).toBe(1);
  expect(answers.filter((answer) => !answer.startsWith("signed in as "))).toEqual([]);
  expect(answers.length).toBeGreaterThan(people.length);
  expect((await finish(waiting, login)).text).toBe("signed in as dora");
  const errors = ["LOGIN_ERROR", "CODE_TO_TOKEN_ERROR"].map((type) => `type=${type}`).join("&");
  const { json } = await world.world.keycloak("GET", `/${world.world.realm}/events?${errors}`);
  expect(json).toEqual([]);
  expect(await Promise.all([before, told()].map(taken))).toEqual([200, 200]);
  console.info(
    `a rotation of the sign-in: ${took}, ${answers.length} people signed in meanwhile, none refused`,
  );
  await world.upAt(31 * day, "--expect-no-changes");
});

test("what Keycloak does not take, Bitbucket is not told of; the next run finishes the same rotation", async () => {
  const before = told();
  const refuses = {
    catches: isProof,
    moment: "before" as const,
    spring: () => {
      proxy.set(refuses);
    },
  };
  proxy.set(refuses);
  world.setDay(62 * day);
  await expect(world.rotate()).rejects.toThrow("Keycloak refuses the new credential of bitbucket-a");
  proxy.set(undefined);
  expect(told()).toBe(before);
  expect(await signIn()).toBe("signed in as dora");

  expect((await world.rotate()).rotated).toEqual([]);
  expect(told()).toMatch(/^bitbucket-a:/);
  expect(await Promise.all([before, told()].map(taken))).toEqual([200, 200]);
});

test("where Bitbucket does not answer, what it has goes on; the next run tells it", async () => {
  const before = told();
  server.fault = (request) => (request.startsWith("PATCH") ? 503 : undefined);
  world.setDay(93 * day);
  await expect(world.rotate()).rejects.toThrow("/rest/authconfig/1.0/idps/1: answered 503");
  expect(told()).toBe(before);
  expect(await signIn()).toBe("signed in as dora");
  server.fault = () => undefined;
  await world.rotate();
  expect(told()).toMatch(/^bitbucket-b:/);
  expect(await signIn()).toBe("signed in as dora");
});

test("a leak: it rotates at once, and what leaked is refused", async () => {
  const leaked = told();
  const report = await world.rotate({ now: { name: "sign-in", reason: "in a screenshot" } });
  expect(report.rotated).toEqual(["sign-in"]);
  expect(await Promise.all([leaked, told()].map(taken))).toEqual([401, 200]);
  expect(await signIn()).toBe("signed in as dora");
  await world.upAt(93 * day, "--expect-no-changes");
});

test("if Bitbucket redeems by the client of the moment, who had begun begins anew, and gives no password", async () => {
  server.redeems = "current";
  const browser = new Browser([server.url, proxy.url]);
  const login = await start(browser);
  world.setDay(124 * day);
  await world.rotate();
  expect((await finish(browser, login)).text).toMatch(/^refused: invalid_grant/);
  expect((await start(browser)).text).toBe("signed in as dora");
  server.redeems = "begun";
});

test("told by hand: both are good until somebody confirms what Bitbucket shows", async () => {
  const before = told();
  const file = join(world.world.folder, "stacks/Pulumi.local.yaml");
  world.world.writeStackText(withSettings(readFileSync(file, "utf8"), { "signIn.publish": "hand" }));
  await world.upAt(124 * day);
  expect(told()).toBe(before);
  world.setDay(155 * day);
  expect((await world.rotate()).rotated).not.toContain("sign-in");

  const report = await world.rotate({ now: { name: "sign-in", reason: "an exercise" } });
  expect(report.rotated).toEqual(["sign-in"]);
  expect(report.notes.map((note) => note.slice(0, 2))).toEqual(["1.", "2.", "3."]);
  expect(told()).toBe(before);
  const { bitbucketSignIn: made } = await world.world.outputs<{
    bitbucketSignIn: { clientId: string; clientSecret: string };
  }>();
  expect(await Promise.all([before, `${made.clientId}:${made.clientSecret}`].map(taken))).toEqual([200, 200]);
  expect(await signIn()).toBe("signed in as dora");

  const used = before.split(":")[0] ?? "";
  await expect(world.rotate({ now: { name: "sign-in", confirm: used } })).rejects.toThrow(
    `found the client "${used}"; the newest is ${made.clientId}`,
  );
  server.edit(1, { "client-id": made.clientId, "client-secret": made.clientSecret });
  await world.rotate({ now: { name: "sign-in", confirm: made.clientId } });
  expect(await taken(before)).toBe(401);
  expect(await signIn()).toBe("signed in as dora");
});

test("no secret was ever to be seen", async () => {
  await world.world.watchSecrets();
  expect(world.world.canaries.length).toBeGreaterThan(4);
  expect(world.world.seenIn(seen)).toEqual([]);
});
