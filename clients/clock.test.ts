/** A server's clock, as its answers tell it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { clockDifference } from "./clock";

let server: Server;
let date: string | undefined;

beforeEach(async () => {
  server = createServer((_, answer) => {
    answer.sendDate = false;
    if (date !== undefined) answer.setHeader("date", date);
    answer.end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
afterEach(() => {
  server.close();
});

const asked = () => clockDifference(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
const minutes = async () => Math.round(((await asked()) ?? NaN) / 60_000);

test.each([-90, 0, 10])("this machine is %s minutes ahead", async (ahead) => {
  date = new Date(Date.now() - ahead * 60_000).toUTCString();
  expect(await minutes()).toBeCloseTo(ahead);
});

test("a server that does not say", async () => {
  date = undefined;
  expect(await asked()).toBeUndefined();
});
