import type { PeerConnection } from "../peer-connection.js";

/** W3C webrtc-extensions: `setParameters` takes this beside the parameters. Engines that do not know it ignore it. */
interface KeyFrameSender {
  setParameters(parameters: RTCRtpSendParameters, options: { encodingOptions: { keyFrame: boolean }[] }): Promise<void>;
}

/**
 * Sends whole pictures at once, for after a gap: a receiver asks for one by itself only when it has waited for three
 * seconds, and shows nothing until then. Never throws: a stack outside browsers may have no such methods.
 */
export function sendKeyFrames(connection: PeerConnection): void {
  for (const { sender } of connection.getTransceivers()) {
    if (sender.track?.kind === "video") void sendKeyFrame(sender).catch(() => undefined);
  }
}

async function sendKeyFrame(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters();
  const encodingOptions = parameters.encodings.map(() => ({ keyFrame: true }));
  await (sender as KeyFrameSender).setParameters(parameters, { encodingOptions });
}
