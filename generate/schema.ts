/** Writes the JSON schema by which editors complete `access.yaml`: `npm run schema`. */
import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "../toolchain/places";
import { jsonSchema } from "../access/file/schema";

fs.writeFileSync(path.join(root, "access/access.schema.json"), `${JSON.stringify(jsonSchema(), null, 2)}\n`);
