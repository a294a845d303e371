/** TLS everywhere but on the loopback; nothing in the address that could be a secret or would end up doubled. */
export function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  const extras = [username, password, search, hash].join("") !== "" || /[/?#]$/.test(text);
  return !extras && (protocol === "https:" || (protocol === "http:" && loopback));
}
