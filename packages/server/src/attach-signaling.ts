import { attachToParent } from "./attach-to-parent.js";
import { attachedTo, serviceName } from "./attached.js";
import { requireSharedRoster } from "./cluster-adapter.js";
import { type SignalingOptions } from "./options.js";
import { restoreListener, serveConnected } from "./restore-listener.js";
import { type Signaling } from "./signaling.js";
import { isParentNamespace, namespaceOf, type Namespace, type Server, type Socket } from "./socket-io.js";
import { startService } from "./start-service.js";

/**
 * Serves WebRTC signaling on the main namespace of a Socket.IO server, or on the namespace given. Sockets that are
 * connected already are served as well. Nothing else changes in the application: no Socket.IO room is joined, and no
 * middleware added. On a parent namespace (`io.of(/^\/tenant-\d+$/)`) each child has a service of its own; attach
 * before the first child connects.
 * @throws TypeError if an option is invalid; Error if the namespace is served already, if its adapter connects several
 *   nodes and no `roster` is given, or if it connects none and is to carry the messages of a `roster` without `send`
 */
export function attachSignaling<S extends Socket = Socket>(
  io: Server<S> | Namespace<S>,
  options: SignalingOptions<S> = {},
): Signaling {
  const namespace = namespaceOf<Socket>(io);
  const attached = attachedTo(namespace);
  if (attached.has(serviceName))
    throw new Error("Signaling is attached to this namespace already. Call close() on it first.");
  // The application's functions receive sockets of its own namespace, so these have its own type, unless they were
  // given to `serve`.
  const given = options as SignalingOptions;
  const attach = isParentNamespace(namespace) ? attachToParent : attachToNamespace;
  const signaling = attach(namespace, given, () => attached.delete(serviceName));
  attached.add(serviceName);
  return signaling;
}

function attachToNamespace(namespace: Namespace, options: SignalingOptions, onClose: () => void): Signaling {
  const checkAdapter = requireSharedRoster(namespace, options);
  const onConnection = (socket: Socket): void => {
    checkAdapter(namespace);
    signaling.serve(socket);
  };
  const signaling = startService(options, namespace.name ?? "/", {
    detach: () => {
      namespace.off("connection", onConnection);
      onClose();
    },
    restore: () => restoreListener(namespace, onConnection, signaling.eventPrefix),
    namespace,
    onMissingAdapter: (problem) => {
      throw new Error(problem);
    },
  });
  namespace.on("connection", onConnection);
  serveConnected(namespace, onConnection, signaling.eventPrefix);
  return signaling;
}
