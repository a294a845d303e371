/** Issuers of tokens, all with one key, for a server that is to verify them. */
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Issuer {
  /** An issuer's URL; its keys are below it, at `keys.json`. */
  url(path: string): string;
  /** A token that is valid for an hour. */
  sign(claims: object): string;
  stop(): Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = "bench";
  const keys = JSON.stringify({
    keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" }],
  });
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(keys);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const header = encoded({ alg: "RS256", typ: "JWT", kid });
  return {
    url: (path) => `http://127.0.0.1:${port}/${path}`,
    sign: (claims) => {
      const iat = Math.floor(Date.now() / 1000);
      const signed = `${header}.${encoded({ ...claims, iat, exp: iat + 3600 })}`;
      return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), privateKey).toString("base64url")}`;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
