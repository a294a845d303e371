/**
 * What a plugin tells the person who runs the engine. The engine hides what a plugin of resources writes to its streams, and
 * shows what it is handed by its own protocol.
 */
import { visibleLines } from "@bitbucket-keycloak/output";
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

const mark = "warning: ";

/**
 * @param address where the engine listens, `host:port`: the last argument that it starts a plugin with
 * @param otherwise is told what the engine does not take
 * @returns tells a text: one that has `warning: ` in front of it, or behind the plugin's name, as a warning
 */
export function engineLog(address: string, otherwise: (text: string) => void): (text: string) => void {
  const engine = new EngineClient(address, grpc.credentials.createInsecure());
  return (text) => {
    const severity = text.includes(mark) ? LogSeverity.WARNING : LogSeverity.INFO;
    const message = visibleLines(text.replace(mark, ""));
    engine.log(new LogRequest().setSeverity(severity).setMessage(message), (error) => {
      if (error) otherwise(text);
    });
  };
}
