/**
 * Which servers are asked without a proxy, by the rules of Go's own client, which Pulumi and its plugins are built with:
 * the same list then means the same everywhere (https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config).
 */
import { BlockList, isIP } from "node:net";

/** What `localhost` and loopback addresses are called in a list, for programs that would take a proxy to them. */
export const loopback: readonly string[] = ["localhost", "127.0.0.1", "::1"];

/** @param list the value of `NO_PROXY`: names, addresses or ranges, each perhaps with a port; `*` is every server */
export function isDirect(url: URL, list: string): boolean {
  const host = hostOf(url.hostname);
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  if (isLoopback(host)) return true;
  return entriesOf(list).some((entry) => matches(entry, host, port));
}

/** The entries of a list as they are written. */
export function entriesOf(list: string): string[] {
  return list.split(",").flatMap((entry) => entry.trim() || []);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || within("127.0.0.0/8", host) || within("::1/128", host);
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return within(entry, host);
  const [, written = "", wanted] = /^(\[.*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  const name = hostOf(written).replace(/^\*(?=\.)/, "");
  if (isIP(name) !== 0) return within(`${name}/${isIP(name) === 4 ? 32 : 128}`, host);
  return name.startsWith(".") ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

/** Lower case, without the brackets of an IPv6 address, and without the dot at the end of a whole name. */
function hostOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}

/** Whether an address lies in a range such as `10.0.0.0/8`; a name never does. */
function within(range: string, host: string): boolean {
  const [net = "", bits = ""] = range.split("/");
  const [family, ofHost] = [isIP(net), isIP(host)];
  if (family === 0 || ofHost === 0 || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    return false;
  const list = new BlockList();
  list.addSubnet(net, Number(bits), family === 4 ? "ipv4" : "ipv6");
  return list.check(host, ofHost === 4 ? "ipv4" : "ipv6");
}
