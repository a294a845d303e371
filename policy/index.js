// What the engine loads: any language host can, since this is plain JavaScript.
require("../toolchain/compiled.cjs");
require("./pack");
