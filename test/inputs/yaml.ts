/** What YAML makes of what people write, whatever it is about. */
import type { Kind } from "./kind";

export const yaml: Readonly<Record<string, Kind>> = {
  "lines under people": {
    adds: { people: ["$"] },
    allowed: "",
    accepted: String.raw`
      pat: &pat { name: Pat Doe, email: pat@inputs.example }
      "pam": { "name": "Pam Doe", 'email': 'pam@inputs.example' }
      ? pia⏎  : { name: Pia Doe, email: pia@inputs.example }
      kim:⏎    name: >-⏎      Kim⏎      Doe⏎    email: kim@inputs.example # a comment
      kai: { <<: *base, email: kai@inputs.example, account: "{00000000-0000-4000-8000-0000000000d1}" }
      kay: { <<: [*base], email: kay@inputs.example, account: "{00000000-0000-4000-8000-0000000000d2}", }
    `,
    refused: String.raw`
      ⇥pat: { name: Pat, email: pat@inputs.example } → text that is not YAML: tabs are not allowed as indentation
      ana: { name: Ana, email: x@inputs.example } → the key "ana" a second time
      "\x61na": { name: Ana, email: x@inputs.example } → the key "ana" a second time
      __proto__: { name: Pat, email: pat@inputs.example } → the key "__proto__"
      pat: *nobody → the alias *nobody, which no anchor before it is called → 5
      pat: &pat { name: *pat } → the alias *pat, inside of what it stands for → 18
      pat: { <<: 7, email: pat@inputs.example } → a merge of what is no map → 7
      pat: { nmae: Pat, email: pat@inputs.example } → the unknown key "nmae" → 7
      pat: { name: Pat, name: Pam, email: pat@inputs.example } → the key "name" a second time → 18
      pat: { name: Pat } → nothing
      pat: [Pat, pat@inputs.example] → a list → 5
      pat: → an empty value → 4
      pat: Pat Doe → "Pat Doe" → 5
      pat: !person { name: Pat, email: pat@inputs.example } → text that is not YAML: unresolved tag: !person → 5
      [pat]: { name: Pat, email: pat@inputs.example } → text that is not YAML
    `,
  },
};
