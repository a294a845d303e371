import { HttpError, send, type Call } from "./send";
import { startServer, type Server } from "./testing/server";

const quick = { attempts: 3, first: 4, longest: 20 };
let server: Server;
let other: Server;

beforeEach(async () => {
  [server, other] = await Promise.all([startServer(), startServer()]);
});
afterEach(async () => {
  await Promise.all([server.close(), other.close()]);
});

/** @returns the error of a request, which must fail by there being no answer */
async function failure(sent: Promise<unknown>): Promise<Pick<HttpError, "message" | "reason" | "sent">> {
  const thrown: unknown = await sent.then(() => undefined, (error: unknown) => error); // prettier-ignore
  if (!(thrown instanceof HttpError)) throw new Error(`no HttpError: ${String(thrown)}`);
  return { message: thrown.message, reason: thrown.reason, sent: thrown.sent };
}

test.each<[string, Call, string, string | undefined]>([
  ["nothing", {}, "", undefined],
  ["JSON", { method: "POST", json: { a: [1] } }, '{"a":[1]}', "application/json"],
  ["a form", { method: "POST", form: { a: "1 &" } }, "a=1+%26", "application/x-www-form-urlencoded"],
  ["a text", { method: "PUT", body: "x", headers: { "content-type": "text/x" } }, "x", "text/x"],
])("sends %s and gives the answer as it is, whatever its status", async (_, call, body, type) => {
  server.reply = () => ({ status: 418, headers: { "x-a": "b" }, body: '{"c":1}' });
  const answer = await send(`${server.url}/p?q=1`, call);
  expect([answer.status, answer.ok, answer.headers.get("x-a"), answer.json()]).toEqual([
    418,
    false,
    "b",
    { c: 1 },
  ]);
  expect(server.asked).toMatchObject([{ method: call.method ?? "GET", path: "/p?q=1", body }]);
  expect(server.asked[0]?.headers["content-type"]).toBe(type);
});

test.each<[string, Call, number]>([
  ["GET", {}, 3],
  ["PUT", { method: "PUT", json: {} }, 3],
  ["DELETE", { method: "DELETE" }, 3],
  ["POST", { method: "POST", json: {} }, 1],
  ["PATCH", { method: "PATCH", json: {} }, 1],
  ["POST that may be repeated", { method: "POST", mayRepeat: () => true }, 3],
  ["GET that may not", { mayRepeat: () => false }, 1],
])("a %s that breaks off or meets a server in trouble is sent so many times", async (_, call, times) => {
  server.reply = () => ({ status: 503 });
  expect((await send(server.url, { ...call, patience: quick })).status).toBe(503);
  expect(server.asked).toHaveLength(times);
  server.reply = () => "reset";
  expect(await failure(send(server.url, { ...call, patience: quick }))).toEqual({
    message: `no answer from ${server.url} (UND_ERR_SOCKET)`,
    reason: "UND_ERR_SOCKET",
    sent: true,
  });
  expect(server.asked).toHaveLength(2 * times);
});

test("what was refused as too much waits as long as it was asked to, and every try is admitted", async () => {
  server.reply = (_, count) =>
    count < 3 ? { status: 429, headers: { "retry-after": "0.2" } } : { status: 200 };
  const admitted: number[] = [];
  const admit = () => {
    admitted.push(Date.now());
    return Promise.resolve();
  };
  const call = { method: "POST", json: {}, admit, patience: { ...quick, longest: 5000 } } as const;
  expect((await send(server.url, call)).status).toBe(200);
  expect(server.asked).toHaveLength(3);
  expect(admitted).toHaveLength(3);
  expect((admitted[2] ?? 0) - (admitted[0] ?? 0)).toBeGreaterThanOrEqual(395);
});

test("nobody there: tried as often, and nothing was sent", async () => {
  await other.close();
  let tries = 0;
  const admit = () => {
    tries++;
    return Promise.resolve();
  };
  const call = { method: "POST", json: {}, admit, patience: quick } as const;
  expect(await failure(send(other.url, call))).toEqual({
    message: `no answer from ${other.url} (ECONNREFUSED)`,
    reason: "ECONNREFUSED",
    sent: false,
  });
  expect(tries).toBe(3);
  other = await startServer();
});

test("a server that says nothing is given up after the time-out", async () => {
  server.reply = () => "silence";
  const { reason, sent } = await failure(send(server.url, { method: "POST", timeout: 100, patience: quick }));
  expect([reason, sent]).toEqual(["UND_ERR_HEADERS_TIMEOUT", true]);
});

test("an aborted signal ends a request and a wait, with its own reason", async () => {
  const request = new AbortController();
  server.reply = () => {
    request.abort(new Error("interrupted"));
    return "silence";
  };
  await expect(send(server.url, { signal: request.signal })).rejects.toThrow("interrupted");
  const wait = new AbortController();
  server.reply = () => {
    setTimeout(() => {
      wait.abort(new Error("interrupted again"));
    }, 100);
    return { status: 503 };
  };
  const patience = { attempts: 2, first: 60_000, longest: 60_000 };
  await expect(send(server.url, { signal: wait.signal, patience })).rejects.toThrow("interrupted again");
  await expect(send(server.url, { signal: wait.signal })).rejects.toThrow("interrupted again");
  expect(server.asked).toHaveLength(2);
});

describe("an answer that leads elsewhere", () => {
  const authorization = "Bearer secret-0123456789";
  const leads =
    (location: string, status = 302) =>
    () => ({ status, headers: { location } });

  test("is followed on the same server, with the credential", async () => {
    server.reply = ({ path }) =>
      path === "/a" ? { status: 301, headers: { location: "/b" } } : { status: 200 };
    const answer = await send(`${server.url}/a`, { headers: { authorization } });
    expect([answer.status, answer.url.pathname]).toEqual([200, "/b"]);
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([authorization, authorization]);
  });

  test.each<[string, Call, string]>([
    ["an Authorization header", { headers: { authorization } }, "nothing secret"],
    ["a cookie", { headers: { Cookie: "session=1" } }, "nothing secret"],
    ["a secret of another kind", { secrets: ["of the query"] }, "nothing secret"],
    ["a form", { method: "POST", form: { client_secret: "s" } }, "no POST"],
    ["a body", { method: "PUT", json: {} }, "no PUT"],
    ["nothing, and lose its encryption", {}, "nothing secret"],
  ])("never takes %s to another server", async (_, call, what) => {
    for (const status of [301, 302, 303, 307, 308]) {
      server.reply = leads(`${other.url}/steal?secret=1`, status);
      expect(await failure(send(server.url, { ...call, patience: quick }))).toEqual({
        message: `no answer from ${server.url} (it leads on to ${other.url}, where ${what} is sent)`,
        reason: `it leads on to ${other.url}, where ${what} is sent`,
        sent: true,
      });
    }
    expect(server.asked).toHaveLength(5);
    expect(other.asked).toEqual([]);
  });

  test("to another server is followed without a credential, where that is encrypted", async () => {
    await other.close();
    server.reply = leads(other.url.replace("http:", "https:"));
    const { message } = await failure(
      send(server.url, { headers: { accept: "text/html" }, patience: quick }),
    );
    expect(message).toBe(`no answer from ${other.url.replace("http:", "https:")} (ECONNREFUSED)`);
    other = await startServer();
  });

  test("does not send what changes something a second time, even on the same server", async () => {
    server.reply = leads("/other", 307);
    const { reason } = await failure(send(server.url, { method: "POST", json: {} }));
    expect(reason).toBe(`it leads on to ${server.url}, where no POST is sent`);
    expect(server.asked).toHaveLength(1);
  });

  test("is the answer where that is asked for", async () => {
    server.reply = leads(`${other.url}/callback`);
    const answer = await send(server.url, { redirect: "manual", headers: { authorization } });
    expect([answer.status, answer.headers.get("location")]).toEqual([302, `${other.url}/callback`]);
  });

  test.each([
    ["http://", "it leads on to what is no address", 1],
    ["/again", "it leads on more than 5 times", 6],
  ])("to %s ends", async (location, reason, times) => {
    server.reply = leads(location);
    expect((await failure(send(server.url))).reason).toBe(reason);
    expect(server.asked).toHaveLength(times);
  });
});

test("an answer quotes its beginning, and nothing where a secret of the request is in it, also past the cut", async () => {
  const secret = "secret-0123456789";
  const call = { method: "POST", json: { client: { secret } } } as const;
  server.reply = () => ({ status: 400, body: ` ${"x".repeat(400)}` });
  expect((await send(server.url, call)).quoted()).toBe("x".repeat(300));
  server.reply = () => ({ status: 400, body: `${"x".repeat(295)}${secret}` });
  expect((await send(server.url, call)).quoted()).toBe("its message is withheld, for it repeats a secret");
});

test("what is no JSON is said without its text", async () => {
  server.reply = () => ({ status: 502, body: "<html>secret</html>" });
  const answer = await send(server.url, { method: "POST" });
  expect(() => answer.json()).toThrow(`${server.url} answered 502 with something that is not JSON`);
});

test("several cookies stay several", async () => {
  server.reply = () => ({ status: 200, headers: { "set-cookie": ["a=1", "b=2"] as unknown as string } });
  expect((await send(server.url)).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
});

test("at most eight requests to one server are under way at once", async () => {
  server.reply = () => "silence";
  const life = new AbortController();
  const all = Array.from({ length: 20 }, () => send(server.url, { signal: life.signal }));
  while (server.asked.length < 8) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(server.asked).toHaveLength(8);
  life.abort(new Error("enough"));
  await expect(Promise.any(all)).rejects.toThrow();
});
