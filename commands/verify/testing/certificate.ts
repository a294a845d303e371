/** A certificate that signs itself, made of nothing but Node: just as much of X.509 as reading its key takes. */
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

export interface RsaKey {
  readonly key: KeyObject;
  /** Base64 of its DER, as Keycloak says it. */
  readonly certificate: string;
}

export function rsaKey(): RsaKey {
  const { publicKey, privateKey: key } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const name = der(0x30, der(0x31, der(0x30, commonName, der(0x0c, Buffer.from("small")))));
  const [from, until] = ["260101000000Z", "360101000000Z"].map((time) => der(0x17, Buffer.from(time)));
  const body = der(
    0x30,
    der(0x02, Buffer.from([1])),
    sha256WithRsa,
    name,
    der(0x30, from ?? nothing, until ?? nothing),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, key));
  return { key, certificate: der(0x30, body, sha256WithRsa, signature).toString("base64") };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const nothing = Buffer.alloc(0);
const commonName = Buffer.from("0603550403", "hex");
const sha256WithRsa = Buffer.from("300d06092a864886f70d01010b0500", "hex");
