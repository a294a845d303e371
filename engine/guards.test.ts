import { refuseBlindDestroy, refuseToPrintSecrets, secretsPrintedBy } from "./guards";

describe("what makes Pulumi print secrets", () => {
  test.each([
    [["up", "--debug"], "--debug"],
    [["up", "--debug=1"], "--debug=1"],
    [["up", "--debug=t"], "--debug=t"],
    [["up", "--debug=T"], "--debug=T"],
    [["up", "--debug=TRUE"], "--debug=TRUE"],
    [["up", "-d"], "-d"],
    [["up", "-yd"], "-yd"],
    [["up", "-dy"], "-dy"],
    [["up", "-v=5"], "-v=5"],
    [["up", "-v", "9"], "-v"],
    [["up", "-v11"], "-v11"],
    [["up", "-yv9"], "-yv9"],
    [["up", "-v0x9"], "-v0x9"],
    [["--verbose=6", "preview"], "--verbose=6"],
    [["--verbose", "6", "preview"], "--verbose"],
    [["up", "--tracing=file:trace"], "--tracing=file:trace"],
    [["up", "--tracing", "file:trace"], "--tracing"],
    [["up", "--otel-traces", "file://trace"], "--otel-traces"],
  ])("%j", (args, culprit) => {
    expect(secretsPrintedBy(args, {})).toBe(culprit);
  });

  test.each([
    ["PULUMI_OPTION_DEBUG", "1"],
    ["PULUMI_OPTION_VERBOSE", "9"],
    ["PULUMI_OPTION_TRACING", "file:trace"],
    ["PULUMI_DEBUG_GRPC", "/tmp/grpc.json"],
    ["TF_LOG", "TRACE"],
    ["TF_LOG_PROVIDER", "debug"],
  ])("%s=%s", (variable, value) => {
    expect(secretsPrintedBy(["up"], { [variable]: value })).toBe(variable);
  });

  test.each<[string[], Record<string, string>]>([
    [["up", "-s", "dev"], {}],
    [["up", "-sdev"], {}],
    [["up", "-v=4"], {}],
    [["up", "-yv3"], {}],
    [["up", "-v", "0"], {}],
    [["up", "--debug=false"], {}],
    [["up", "-d=0"], {}],
    [["up", "--diff"], {}],
    [["up", "-y"], {}],
    [
      ["version"],
      { PULUMI_OPTION_DEBUG: "false", PULUMI_OPTION_VERBOSE: "3", TF_LOG: "off", TF_LOG_PATH: "/x" },
    ],
  ])("not %j with %j", (args, env) => {
    expect(secretsPrintedBy(args, env)).toBeUndefined();
  });

  test("is refused with the fix, and only outside the stack local", () => {
    const refused = (stack: string | undefined) => () => {
      refuseToPrintSecrets(stack, ["up"], { TF_LOG: "TRACE" });
    };
    const said =
      'found TF_LOG, which makes Pulumi or a provider print secrets in plain text; allowed for the stack "local" only: run "unset TF_LOG"';
    expect(refused("prod")).toThrow(said);
    expect(refused(undefined)).toThrow(said);
    expect(refused("local")).not.toThrow();
  });
});

describe("destroying without a preview", () => {
  const destroy = (isProtected: boolean, args: string[], env = {}) => {
    return () => {
      refuseBlindDestroy(args, env, () => isProtected);
    };
  };

  test.each([
    [["destroy", "--skip-preview"], {}],
    [["destroy", "--skip-preview=1", "--yes"], {}],
    [["destroy", "-f"], {}],
    [["-s", "prod", "down", "-yf"], {}],
    [["dn", "--yes"], { PULUMI_OPTION_SKIP_PREVIEW: "true" }],
  ])("%j %j is refused for what is protected", (args, env) => {
    expect(destroy(true, args, env)).toThrow("leave out --skip-preview, or");
    expect(destroy(false, args, env)).not.toThrow();
  });

  test.each([[["destroy", "--yes"]], [["up", "-f"]], [["destroy", "--skip-preview=false"]]])(
    "%j is not",
    (args) => {
      expect(destroy(true, args)).not.toThrow();
    },
  );
});
