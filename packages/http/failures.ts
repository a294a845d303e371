/** Why there is no answer, in words that say what to do; and whether anything can have arrived. */
import { authorityAdvice, named, type Proxy } from "./network";

export interface Failure {
  /** Begins with a code such as `ECONNREFUSED` where there is one. */
  readonly reason: string;
  /** Whether the request may have taken effect. */
  readonly sent: boolean;
  /** Whether another try would end alike, or be one of the few that an account has before it is locked. */
  readonly isFinal: boolean;
}

/** @param proxy the one that the request went through */
export function failureOf(thrown: unknown, { hostname }: URL, proxy: Proxy | undefined): Failure {
  const { code, message } = said(thrown);
  const refused = /^Proxy response \((\d+)\)|\((407)\)$/.exec(message);
  if (proxy && refused) {
    const status = Number(refused[1] ?? refused[2]);
    const isFinal = status === 407 || status === 403;
    return { reason: refusalOf(status, hostname, proxy), sent: false, isFinal };
  }
  const isUnknown = unknownAuthority.has(code);
  const through = proxy && !isUnknown && !code.includes("CERT") ? ` through ${named(proxy)}` : "";
  const what = `${code === "" ? "the connection failed" : code}${through}`;
  return {
    reason: [what, ...(isUnknown ? [untrusted] : code === "ENOTFOUND" && !proxy ? [unnamed] : [])].join(": "),
    sent: !isUnknown && !neverSent.has(code),
    isFinal: false,
  };
}

const untrusted = `its certificate is signed by nobody whom this machine trusts; ${authorityAdvice}`;
const unnamed = "this machine knows no such name; where a proxy does, set HTTPS_PROXY (HTTP_PROXY for http)";

/** What a proxy said in place of the server. */
function refusalOf(status: number, hostname: string, proxy: Proxy): string {
  return `${status} from ${named(proxy)}: ${status === 407 ? `it asks for other credentials than the address has; write ${proxy.url.protocol}//user:password@${proxy.url.host} into ${proxy.variable}` : `it does not connect to ${hostname}; ask whoever runs it, or name the server in NO_PROXY`}`;
}

function said(thrown: unknown): { readonly code: string; readonly message: string } {
  const { code, message } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as Readonly<
    Record<string, unknown>
  >;
  return {
    code: typeof code === "string" ? code : "",
    message: typeof message === "string" ? message : "",
  };
}

/** What Node says where it knows the signature of nobody in a chain. */
const unknownAuthority = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** Failures before anything could be sent. */
const neverSent = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_INVALID_ARG",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);
