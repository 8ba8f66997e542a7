import type { PeerConnection } from "../peer-connection.js";

type SetParameters = (
  parameters: RTCRtpSendParameters,
  /** W3C webrtc-extensions. Engines that do not know it ignore it. */
  options?: { readonly encodingOptions: readonly { readonly keyFrame: boolean }[] },
) => Promise<void>;

/** For each sender whose parameters are shared: asks for a key frame. */
const requests = new WeakMap<RTCRtpSender, () => Promise<void>>();

/**
 * Sends key frames now, after a gap: a receiver requests one only after three seconds, and shows nothing until then.
 * Never throws: a stack outside browsers may lack these methods.
 */
export function sendKeyFrames(connection: PeerConnection): void {
  for (const { sender } of connection.getTransceivers()) {
    if (sender.track != null) void sendKeyFrame(sender).catch(() => undefined);
  }
}

async function sendKeyFrame(sender: RTCRtpSender): Promise<void> {
  const request = requests.get(sender) ?? shareParameters(sender);
  requests.set(sender, request);
  if (sender.track?.kind === "video") await request();
}

/**
 * Only `setParameters` makes a browser send a key frame, and it outdates parameters that the application has read and
 * not set yet. An exchange does, too, which the application does not see. So ours waits for a call of the application,
 * and a call of the application that was outdated is repeated with the same encodings. Returns a function that sends a
 * key frame.
 */
function shareParameters(sender: RTCRtpSender): () => Promise<void> {
  const set: SetParameters = sender.setParameters.bind(sender);
  let ours: Promise<unknown> | undefined;
  let theirs: Promise<unknown> | undefined;
  const setTheirs: SetParameters = async (parameters, options) => {
    const underWay = ours;
    try {
      await set(parameters, options);
    } catch (error) {
      const { name } = error as Error;
      // Ours has read parameters since, or has set them and so ended what the application read (W3C section 5.2).
      const outdated =
        name === "InvalidModificationError"
          ? underWay !== undefined || exchangedSince(sender, parameters)
          : name === "InvalidStateError";
      if (!outdated) throw error;
      await underWay;
      // An exchange that ended meanwhile may have changed what is read-only: the codecs, say.
      const { encodings, degradationPreference } = parameters;
      await set(Object.assign(sender.getParameters(), { encodings, degradationPreference }), options);
    }
  };
  sender.setParameters = (...args: Parameters<SetParameters>) => {
    const call = setTheirs(...args);
    theirs = call.catch(() => undefined);
    return call;
  };
  return async () => {
    if (theirs !== undefined) await theirs;
    const parameters = sender.getParameters();
    const call = set(parameters, { encodingOptions: parameters.encodings.map(() => ({ keyFrame: true })) });
    const settled = Promise.resolve(call).catch(() => undefined);
    ours = settled;
    await settled;
    if (ours === settled) ours = undefined;
  };
}

/** Whether an exchange has ended since these were read: it settles whether RTCP is of reduced size. */
function exchangedSince(sender: RTCRtpSender, read: RTCRtpSendParameters): boolean {
  return hasReducedSize(sender.getParameters()) !== hasReducedSize(read);
}

/** Stacks outside browsers may lack the field. */
function hasReducedSize({ rtcp }: { rtcp?: RTCRtcpParameters }): boolean {
  return rtcp?.reducedSize === true;
}
