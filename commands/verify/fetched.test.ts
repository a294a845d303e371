import { startForwardingProxy } from "@bitbucket-keycloak/http/testing/proxy";
import { fetched } from "./fetched";
import { played } from "./testing/server";

const server = played(({ path }) => ({ status: path === "/gone" ? 204 : 200, json: { path } }));
const get = { method: "GET", headers: {}, body: undefined };

test("a library gets the answer as fetch would give it, and one that leads elsewhere as it is", async () => {
  const answer = await fetched(`${server.url}/a`, { ...get, headers: { authorization: "Bearer x" } });
  expect([answer.status, await answer.json()]).toEqual([200, { path: "/a" }]);
  expect(server.asked).toMatchObject([{ method: "GET", authorization: "Bearer x" }]);
  expect((await fetched(`${server.url}/gone`, get)).body).toBeNull();
  server.answer = () => ({ status: 302, location: "/b" });
  const leads = await fetched(server.url, get);
  expect([leads.status, leads.headers.get("location")]).toEqual([302, "/b"]);
});

test.each([
  ["a form", new URLSearchParams({ code: "a b" })],
  ["a text that is a form", "code=a+b"],
])("%s is sent as one", async (_, body) => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  await fetched(server.url, { method: "POST", headers: typeof body === "string" ? headers : {}, body });
  expect(server.asked).toMatchObject([{ method: "POST", form: { code: "a b" } }]);
  const bytes = { method: "POST", headers: {}, body: new Uint8Array(1) };
  await expect(fetched(server.url, bytes)).rejects.toThrow("neither a text nor a form");
});

test("it takes the proxy of the environment", async () => {
  const proxy = await startForwardingProxy({ "keycloak.corp.test:80": new URL(server.url).host });
  process.env.HTTP_PROXY = proxy.url;
  expect((await fetched("http://keycloak.corp.test/a", get)).status).toBe(200);
  Reflect.deleteProperty(process.env, "HTTP_PROXY");
  expect(proxy.asked).toEqual(["GET http://keycloak.corp.test/a"]);
  await proxy.close();
});
