import { startTestServer, type TestServer } from "../testing/world";
import { Bitbucket, type Session } from "./client";
import { accessFrom } from "./credentials";

const path = "/repositories/{workspace}/{repo_slug}/environments";
const at = { workspace: "acme", repo_slug: "web" };
const url = "/2.0/repositories/acme/web/environments";
const prod = { uuid: "{prod}", name: "prod" };
const quick = { attempts: 4, first: 4, longest: 20 };
const access = accessFrom({
  BITBUCKET_EMAIL: "robot@acme.example",
  BITBUCKET_API_TOKEN: "ATATT-robot-token",
});

let server: TestServer;
let life: AbortController;
let session: Session;

beforeEach(async () => {
  server = await startTestServer();
  life = new AbortController();
  session = new Bitbucket(server.url, access, life.signal, quick).session(life.signal);
});
afterEach(async () => {
  life.abort();
  await server.close();
});

test("follows every page, a hundred entries each", async () => {
  server.lists.set(
    url,
    Array.from({ length: 250 }, (_, index) => ({ uuid: `{${index}}`, name: `e${index}` })),
  );
  const environments = await session.list(path, at);
  expect(environments).toHaveLength(250);
  expect(environments[249]?.name).toBe("e249");
  expect(server.queries).toEqual(["?pagelen=100", "?pagelen=100&page=2", "?pagelen=100&page=3"]);
  expect([...server.authorizations]).toEqual([
    `Basic ${Buffer.from("robot@acme.example:ATATT-robot-token").toString("base64")}`,
  ]);
});

test.each<[string, unknown, string]>([
  ["another server", "http://127.0.0.1:9/2.0/more", "is at http://127.0.0.1:9, which is another server"],
  ["no address", "more", "what it names as the next page is no address"],
  ["itself", "itself", "the next page is one that was read already"],
  ["no text", 2, "the answer is not a list of objects"],
])("a next page that is %s is an error", async (_, next, said) => {
  const itself = () => `${server.url}${url}?pagelen=100`;
  server.fault = () => ({ status: 200, body: { values: [], next: next === "itself" ? itself() : next } });
  await expect(session.list(path, at)).rejects.toThrow(
    "cannot read the deployment environments of repository acme/web: ",
  );
  await expect(session.list(path, at)).rejects.toThrow(said);
  expect(server.log).toHaveLength(2);
});

test("a list without an end is given up after a thousand pages", async () => {
  server.fault = (_, count) => ({
    status: 200,
    body: { values: [prod], next: `${server.url}${url}?page=${count + 1}` },
  });
  await expect(session.list(path, at)).rejects.toThrow(
    "cannot read the deployment environments of repository acme/web: the list does not end after 1000 pages",
  );
  expect(server.log).toHaveLength(1_000);
}, 30_000);

test.each<[string, unknown, string]>([
  ["no list", { error: "none" }, "the answer is not a list of objects"],
  ["a list of texts", { values: ["prod"] }, "the answer is not a list of objects"],
  ["a list of things without a name", { values: [prod, { uuid: "{1}" }] }, "name: string expected"],
  ["of another type", { values: [{ ...prod, restrictions: "all" }] }, "restrictions: object expected"],
])("an answer that is %s is not taken for an empty one", async (_, body, said) => {
  server.fault = () => ({ status: 200, body });
  await expect(session.list(path, at)).rejects.toThrow(said);
});

test.each(["", ".", "..", undefined])("nothing is asked for by the half name %s", async (name) => {
  const environment_uuid = name as string;
  await expect(session.delete(`${path}/{environment_uuid}`, { ...at, environment_uuid })).rejects.toThrow(
    "where the environment uuid belongs, so nothing was asked",
  );
  expect(server.log).toEqual([]);
});

test("those who ask for one list at once share one request, and a write ends the sharing", async () => {
  server.lists.set(url, [prod]);
  const lists = await Promise.all(Array.from({ length: 20 }, () => session.list(path, at)));
  expect(lists.every((list) => list.length === 1)).toBe(true);
  expect(server.log).toEqual([`GET ${url}`]);

  // An old list still under way when a write is done cannot answer who asks after the write.
  server.fault = async (request, count) => {
    if (count === 2) await new Promise((resolve) => setTimeout(resolve, 100));
    return undefined;
  };
  const old = session.list(path, at);
  await session.post(path, at, { type: "deployment_environment", name: "dev" });
  expect((await session.list(path, at)).map(({ name }) => name)).toEqual(["prod", "dev"]);
  await old;
  expect(server.log.filter((line) => line.startsWith("GET"))).toHaveLength(3);
});

test("at most eight requests at once", async () => {
  server.fault = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { status: 200, body: { values: [] } };
  };
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      session.list(path, { workspace: "acme", repo_slug: `r${index}` }),
    ),
  );
  expect(server.log).toHaveLength(40);
  expect(server.busiest).toBe(8);
});

test.each([500, 502, 503, 429, "reset", "lose"] as const)("reads again after %s", async (fault) => {
  server.lists.set(url, [prod]);
  server.fault = (_, count) => (count < 3 ? fault : undefined);
  expect(await session.list(path, at)).toHaveLength(1);
  expect(server.log).toHaveLength(3);
});

test("gives up after its tries, and says so", async () => {
  server.fault = () => 503;
  await expect(session.list(path, at)).rejects.toThrow(
    "cannot read the deployment environments of repository acme/web: bitbucket answered 503 (fault 503); the trouble is on Bitbucket's side; run it again later",
  );
  expect(server.log).toHaveLength(4);
  server.fault = () => "reset";
  await expect(session.list(path, at)).rejects.toThrow(
    `cannot read the deployment environments of repository acme/web: no answer from ${server.url} (UND_ERR_SOCKET); check apiUrl and the network, then run it again`,
  );
});

test.each([400, 401, 403, 404, 410])("does not ask again after %s", async (status) => {
  server.fault = () => status;
  await expect(session.list(path, at)).rejects.toThrow(`bitbucket answered ${status} (fault ${status})`);
  expect(server.log).toHaveLength(1);
});

const body = { type: "deployment_environment", name: "dev" } as const;
const find = async () => (await session.list(path, at)).find(({ name }) => name === "dev");

test.each<[string, "lose" | "reset" | number, number]>([
  ["took effect before the answer was lost", "lose", 1],
  ["never arrived", "reset", 2],
  ["failed on the other side", 500, 2],
  ["was refused as too much", 429, 2],
])("a creation that %s happens once", async (_, fault, posts) => {
  server.lists.set(url, []);
  let faults = 0;
  server.fault = (request) => (request.startsWith("POST") && faults++ === 0 ? fault : undefined);
  expect((await session.create(path, at, body, find)).name).toBe("dev");
  expect(server.lists.get(url)).toHaveLength(1);
  expect(server.log.filter((line) => line.startsWith("POST"))).toHaveLength(posts);
});

test("deleting what is gone succeeds", async () => {
  await session.delete(`${path}/{environment_uuid}`, { ...at, environment_uuid: "{gone}" });
  expect(server.log).toEqual([`DELETE ${url}/{gone}`]);
});

test("an answer that is no JSON, or none at all, is explained", async () => {
  server.fault = () => ({ status: 200, body: "hello" });
  await expect(session.list(path, at)).rejects.toThrow(
    `cannot read the deployment environments of repository acme/web: ${server.url} answered something that is not JSON; check that apiUrl is Bitbucket's API`,
  );
  const nobody = new Bitbucket("http://127.0.0.1:9", access, life.signal, { ...quick, attempts: 1 });
  await expect(nobody.session(life.signal).list(path, at)).rejects.toThrow(
    "no answer from http://127.0.0.1:9 (ECONNREFUSED)",
  );
});

test("an error never holds the token", async () => {
  const said = "no account for cm9ib3RAYWNtZS5leGFtcGxlOkFUQVRULXJvYm90LXRva2Vu"; // its Basic form
  server.fault = () => ({ status: 401, body: { error: { message: said } } });
  await expect(session.list(path, at)).rejects.toThrow(
    "bitbucket answered 401 (its message is withheld, for it repeats a secret)",
  );
});

test("an interrupted call stops waiting, at once and alone", async () => {
  server.lists.set(url, []);
  server.fault = async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return undefined;
  };
  const call = new AbortController();
  const bitbucket = new Bitbucket(server.url, access, life.signal, quick);
  const [one, other] = [
    bitbucket.session(call.signal).list(path, at),
    bitbucket.session(life.signal).list(path, at),
  ];
  call.abort(new Error("interrupted"));
  await expect(one).rejects.toThrow("interrupted");
  expect(await other).toEqual([]);
});

test("a path, parameter or body that Bitbucket's contract lacks does not compile", () => {
  const group = "/repositories/{workspace}/{repo_slug}/permissions-config/groups/{group_slug}";
  const wrong = () => [
    // @ts-expect-error no such path
    session.list("/repositories/{workspace}/{repo_slug}/enviroments", at),
    // @ts-expect-error a parameter is missing
    session.list(path, { workspace: "acme" }),
    // @ts-expect-error no such operation
    session.put(path, at, body),
    // @ts-expect-error no such permission
    session.put(group, { ...at, group_slug: "a" }, { permission: "owner" }),
  ];
  expect(wrong).toBeInstanceOf(Function);
});

describe("an access token beside the account", () => {
  const reader = "Bearer ATCTT-reader-token";
  const account = `Basic ${Buffer.from("robot@acme.example:ATATT-robot-token").toString("base64")}`;
  const one = "/repositories/{workspace}/{repo_slug}";
  /** Who asked, in the order of the log. */
  let asked: string[];
  let allowed: (line: string) => number;
  beforeEach(() => {
    asked = [];
    allowed = () => 200;
    const both = { ...access, reader: () => "ATCTT-reader-token" };
    session = new Bitbucket(server.url, both, life.signal, quick).session(life.signal);
    server.reply = (answer, { url: { pathname, search }, headers: { authorization } }) => {
      const isReader = authorization === reader;
      const who = isReader ? "reader" : authorization === account ? "account" : "?";
      const [method = ""] = server.log.at(-1)?.split(" ") ?? [];
      asked.push(`${who} ${method} ${pathname}${search}`);
      const status = isReader ? allowed(pathname) : 200;
      return status === 200 ? answer : { status, body: { error: { message: "no ATCTT-reader-token" } } };
    };
    server.lists.set(
      url,
      Array.from({ length: 150 }, (_, index) => ({ uuid: `{${index}}`, name: `e${index}` })),
    );
  });

  test("reads what is in one repository; lists of the workspace and writes are the account's", async () => {
    await session.list(path, at);
    await session.post(path, at, { type: "deployment_environment", name: "dev" });
    server.lists.set("/2.0/repositories/acme", []);
    await session.list("/repositories/{workspace}", { workspace: "acme" });
    expect(asked).toEqual([
      `reader GET ${url}?pagelen=100`,
      `reader GET ${url}?pagelen=100&page=2`,
      `account POST ${url}`,
      "account GET /2.0/repositories/acme?pagelen=100",
    ]);
  });

  test.each([401, 403])(
    "what it may not read (%i) the account reads, and from then on at once",
    async (status) => {
      allowed = () => status;
      expect(await session.list(path, at)).toHaveLength(150);
      expect(await session.list(path, { ...at, repo_slug: "api" }).catch(() => "gone")).toBe("gone");
      expect(asked.map((line) => line.split("?")[0])).toEqual([
        `reader GET ${url}`,
        `account GET ${url}`,
        `account GET ${url}`,
        "account GET /2.0/repositories/acme/api/environments",
      ]);
    },
  );

  test("what it does not see may be there all the same", async () => {
    allowed = (asking) => (asking.includes("/web/") ? 404 : 200);
    expect(await session.list(path, at)).toHaveLength(150);
    expect(await session.list(path, at)).toHaveLength(150);
    expect(asked.filter((line) => line.startsWith("reader"))).toHaveLength(2);
  });

  test("what fails for another reason fails, and shows no token", async () => {
    allowed = () => 400;
    const failed = await session.get(one, at).catch((error: unknown) => (error as Error).message);
    expect(failed).toContain("bitbucket answered 400");
    expect(failed).not.toContain("ATCTT");
    expect(asked).toHaveLength(1);
  });
});
