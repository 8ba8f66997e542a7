import "reflect-metadata";
import type { Server as HttpServer } from "node:http";
import { Logger } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { Signaling } from "@sig/server";
import type { Server } from "socket.io";
import type { Application } from "../support/application.js";
import { hostOf, listenOn, withoutCalls, type HostKind } from "../support/host.js";

type Class<Instance = object> = new () => Instance;

type CallsGateway = Class<{ readonly signaling: Signaling; afterInit(io: Server): void }>;

interface Fixture {
  readonly AppModule: Class;
  readonly AdminGateway: Class;
  readonly LobbyGateway: Class<Application & { readonly server: Server }>;
  readonly CallsGateway: CallsGateway;
  readonly OwnNamespaceGateway: CallsGateway;
}

const callsGateways = ["calls/calls.gateway", "calls/own-namespace.gateway"];

/** The application lies apart: it is TypeScript of another kind, with decorators that write metadata. */
async function load(): Promise<Fixture> {
  const fixture = new URL("../fixtures/nest-11/src/", import.meta.url);
  const files = ["app.module", "admin/admin.gateway", "lobby/lobby.gateway", ...callsGateways];
  const modules = await Promise.all(
    files.map((file): Promise<object> => {
      const { pathname } = new URL(`${file}.ts`, fixture);
      return import(pathname);
    }),
  );
  return Object.assign({}, ...modules) as Fixture;
}

/** What `nest new` and `nest generate gateway chat` write, with two gateways more. */
function nest11(calls: string, gatewayOf: (fixture: Fixture) => CallsGateway) {
  return {
    own: "/",
    calls,
    async start({ attached }) {
      const fixture = await load();
      const { AppModule, AdminGateway, LobbyGateway } = fixture;
      const CallsGateway = gatewayOf(fixture);
      // Nest listens for each gateway that there is, so the application without calls has one that attaches nothing.
      const Gateway = attached
        ? CallsGateway
        : class extends CallsGateway {
            override afterInit(): void {}
          };
      const providers: Class[] = [AdminGateway, LobbyGateway, Gateway];
      Logger.overrideLogger(false);
      const app = await NestFactory.create({ module: AppModule, providers });
      await app.listen(listenOn.port, listenOn.host);
      const lobby = app.get(LobbyGateway);
      const io = lobby.server;
      return hostOf({
        http: app.getHttpServer() as HttpServer,
        io,
        signaling: attached ? app.get(Gateway).signaling : withoutCalls.attachSignaling(io),
        application: lobby,
        namespaces: [...new Set(["/", "/admin", calls])].map((name) => io.of(name)),
        stop: () => app.close(),
      });
    },
  } satisfies Omit<HostKind, "name">;
}

export const nestShared: HostKind = {
  name: "NestJS 11 with its generated gateway, on the same namespace",
  ...nest11("/", ({ CallsGateway }) => CallsGateway),
};

export const nestOwn: HostKind = {
  name: "NestJS 11 with its generated gateway, calls on a namespace of their own",
  ...nest11("/calls", ({ OwnNamespaceGateway }) => OwnNamespaceGateway),
};
