import type { Behavior } from "./behavior.js";

export const configurationBehaviors: readonly Behavior[] = [
  {
    name: "K11: what the constructor takes",
    run: async ({ create, thrown }) => {
      const given: Record<string, unknown> = {
        null: null,
        undefined: undefined,
        "a number": 5,
        "unknown members": { foo: 1 },
        "iceServers null": { iceServers: null },
        "iceServers that is an object": { iceServers: {} },
        "a server without urls": { iceServers: [{}] },
        "an empty list of urls": { iceServers: [{ urls: [] }] },
        "an empty url": { iceServers: [{ urls: "" }] },
        "http:": { iceServers: [{ urls: "http://example.org" }] },
        "stun: with slashes": { iceServers: [{ urls: "stun://example.org" }] },
        "stun: with a transport": { iceServers: [{ urls: "stun:example.org?transport=udp" }] },
        "stun: with a port": { iceServers: [{ urls: "stun:example.org:3478" }] },
        "a port that is too large": { iceServers: [{ urls: "stun:example.org:99999" }] },
        "stun: without a host": { iceServers: [{ urls: "stun:" }] },
        "turn: without credentials": { iceServers: [{ urls: "turn:example.org" }] },
        "turn: without a credential": { iceServers: [{ urls: "turn:example.org", username: "a" }] },
        "turn: with empty credentials": { iceServers: [{ urls: "turn:example.org", username: "", credential: "" }] },
        "turn: with credentials": { iceServers: [{ urls: "turn:example.org", username: "a", credential: "b" }] },
        "turns: with transport=tcp": {
          iceServers: [{ urls: "turns:example.org:443?transport=tcp", username: "a", credential: "b" }],
        },
        "an unknown transport": {
          iceServers: [{ urls: "turn:example.org?transport=foo", username: "a", credential: "b" }],
        },
        "an unknown iceTransportPolicy": { iceTransportPolicy: "public" },
        "an unknown bundlePolicy": { bundlePolicy: "foo" },
        "an unknown rtcpMuxPolicy": { rtcpMuxPolicy: "foo" },
        "certificates null": { certificates: null },
        "iceCandidatePoolSize 256": { iceCandidatePoolSize: 256 },
      };
      await Promise.resolve();
      return Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, thrown(() => create(value as RTCConfiguration).close())]),
      );
    },
    expected: {
      null: "done",
      undefined: "done",
      "a number": "TypeError",
      "unknown members": "done",
      "iceServers null": "TypeError",
      "iceServers that is an object": "TypeError",
      "a server without urls": "TypeError",
      "an empty list of urls": "SyntaxError",
      "an empty url": "SyntaxError",
      "http:": "SyntaxError",
      "stun: with slashes": "SyntaxError",
      "stun: with a transport": "SyntaxError",
      "stun: with a port": "done",
      "a port that is too large": "SyntaxError",
      "stun: without a host": "SyntaxError",
      "turn: without credentials": "InvalidAccessError",
      "turn: without a credential": "InvalidAccessError",
      "turn: with empty credentials": "InvalidAccessError",
      "turn: with credentials": "done",
      "turns: with transport=tcp": "done",
      "an unknown transport": "SyntaxError",
      "an unknown iceTransportPolicy": "TypeError",
      "an unknown bundlePolicy": "TypeError",
      "an unknown rtcpMuxPolicy": "TypeError",
      "certificates null": "TypeError",
      "iceCandidatePoolSize 256": "TypeError",
    },
    firefox: { "iceCandidatePoolSize 256": "done" },
  },
  {
    name: "K11: setConfiguration(), getConfiguration(), and null for other dictionaries",
    run: async ({ create, outcome, thrown }) => {
      const a = create({ iceServers: [{ urls: "stun:example.org" }] });
      const { iceServers, iceTransportPolicy, bundlePolicy, rtcpMuxPolicy } = a.getConfiguration();
      const set = (value: unknown): string => thrown(() => a.setConfiguration(value as RTCConfiguration));
      const observations: Record<string, unknown> = {
        getConfiguration: [iceServers?.map(({ urls }) => urls), iceTransportPolicy, bundlePolicy, rtcpMuxPolicy],
        null: set(null),
        "iceServers after that": a.getConfiguration().iceServers,
        "another bundlePolicy": set({ bundlePolicy: "max-bundle" }),
        "the same bundlePolicy": set({ bundlePolicy: "balanced" }),
        "another rtcpMuxPolicy": set({ rtcpMuxPolicy: "negotiate" }),
        "another iceTransportPolicy": set({ iceTransportPolicy: "relay" }),
        "an invalid iceTransportPolicy": set({ iceTransportPolicy: "foo" }),
        "a TURN server without credentials": set({ iceServers: [{ urls: "turn:example.org" }] }),
        "a url that is not one": set({ iceServers: [{ urls: "x" }] }),
        "iceTransportPolicy after these": a.getConfiguration().iceTransportPolicy,
        "createDataChannel with null": thrown(() => a.createDataChannel("x", null as never)),
        "addTransceiver with null": thrown(() => a.addTransceiver("audio", null as never)),
        "createOffer with null": await outcome(() => a.createOffer(null as never)),
        "setLocalDescription with null": await outcome(() => a.setLocalDescription(null as never)),
      };
      a.close();
      return observations;
    },
    expected: {
      getConfiguration: [[["stun:example.org"]], "all", "balanced", "require"],
      null: "done",
      "iceServers after that": [],
      "another bundlePolicy": "InvalidModificationError",
      "the same bundlePolicy": "done",
      "another rtcpMuxPolicy": "InvalidModificationError",
      "another iceTransportPolicy": "done",
      "an invalid iceTransportPolicy": "TypeError",
      "a TURN server without credentials": "InvalidAccessError",
      "a url that is not one": "SyntaxError",
      "iceTransportPolicy after these": "relay",
      "createDataChannel with null": "done",
      "addTransceiver with null": "done",
      "createOffer with null": "done",
      "setLocalDescription with null": "done",
    },
  },
];
