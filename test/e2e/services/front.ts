/** HTTPS in front of a server that speaks HTTP: services take an issuer by no other. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { run } from "../../../toolchain/processes";

export interface Front {
  readonly url: string;
  /** File with the certificate that it is trusted by. */
  readonly authority: string;
  stop(): void;
}

/** @param folder where its key and certificate go */
export async function startFront(server: string, folder: string): Promise<Front> {
  const [key, authority] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1";
  const forAddress = ["-addext", "subjectAltName=IP:127.0.0.1"];
  await run("openssl", [...make.split(" "), ...forAddress, "-keyout", key, "-out", authority]);
  const target = new URL(server);
  const front = createServer(
    { key: readFileSync(key), cert: readFileSync(authority) },
    (incoming, answer) => {
      const { method, url: path, headers } = incoming;
      const { hostname, port } = target;
      const asked = request({ hostname, port, method, path, headers }, (from) => {
        answer.writeHead(from.statusCode ?? 502, from.headers);
        from.pipe(answer);
      });
      asked.on("error", () => answer.destroy());
      incoming.pipe(asked);
    },
  );
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  const { port } = front.address() as AddressInfo;
  const stop = (): void => {
    front.close();
    front.closeAllConnections();
  };
  return { url: `https://127.0.0.1:${port}`, authority, stop };
}
