/** What secrets look like, whoever wrote them: their makers give most of them a beginning that nothing else has. */

/** Names before a value that is secret: `client_secret=…`, `"password": "…"`, `AccountKey=…`. */
const fields = [
  ...["client_?secret", "secret", "password", "passwd", "passphrase", "client_assertion", "private_?key"],
  ...[
    "(?:api|access|refresh|id|session|security|auth)_?token",
    "(?:api|account|shared_?access|secret_?access)_?key",
  ],
].join("|");

export const secretShapes: readonly RegExp[] = [
  // PEM, also where its line breaks are those of JSON, and keys of PGP; never more than what a key can hold.
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(?:[\w+/=\s\\:,-]*?-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|[\w+/=\s\\]*)/g,
  // JSON Web Tokens, signed or encrypted.
  /\beyJ[\w-]{8,}\.[\w-]*\.[\w.-]*/g,
  // Atlassian: API tokens, those of repositories and workspaces, app passwords.
  /\bAT[A-Z]{2,4}3x[\w=-]{16,}/g,
  /\bATBB[A-Za-z0-9]{24,}/g,
  // AWS, also the keys of a session.
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g,
  /(?<=\baws_(?:secret_access_key|session_token)"?\s*[=:]\s*"?)[\w+/=]{20,}/gi,
  // Azure: secrets of applications, signed addresses.
  /(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}/g,
  /(?<=[?&]sig=)[\w%+/=-]{16,}/gi,
  // Google: keys, tokens of OAuth, secrets of clients.
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w-]{20,}/g,
  /\bGOCSPX-[\w-]{20,}/g,
  // GitHub, GitLab, npm, Docker.
  /\bgh[pousr]_[A-Za-z0-9]{30,}/g,
  /\bgithub_pat_\w{22,}/g,
  /\bgl(?:pat|ptt|dt|rt|cbt|oas)-[\w.-]{20,}/g,
  /\bnpm_[A-Za-z0-9]{36}/g,
  /\bdckr_(?:pat|oat)_[\w-]{20,}/g,
  // Pulumi, HashiCorp, Slack, Stripe, SendGrid, makers of language models, age.
  /\bpul-[0-9a-f]{40}/g,
  /\bhv[sbr]\.[\w-]{20,}/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/]+/g,
  /\b[rs]k_(?:live|test)_\w{16,}/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\bsk-[A-Za-z0-9][\w-]{30,}/g,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{20,}/g,
  // What stands in a header.
  /(?<=\b(?:Bearer|Basic) )[\w+/=.~-]{8,}/gi,
  // Password of an address.
  /(?<=:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g,
  new RegExp(`(?<=\\b(?:\\w+_)?(?:${fields})\\\\?"?\\s*[=:]\\s*\\\\?"?)[^\\s"',;&}\\\\]+`, "gi"),
];
