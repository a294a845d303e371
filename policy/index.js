// What the engine loads: any language host can, since this is plain JavaScript.
require("tsx/cjs");
require("./pack.ts");
