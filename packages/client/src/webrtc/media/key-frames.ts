import type { PeerConnection } from "../peer-connection.js";

/** W3C webrtc-extensions: a second argument of `setParameters`. Engines that do not know it ignore it. */
interface KeyFrameSender {
  setParameters(parameters: RTCRtpSendParameters, options: { encodingOptions: { keyFrame: boolean }[] }): Promise<void>;
}

/**
 * Sends key frames now, after a gap: a receiver requests one only after three seconds, and shows nothing until then.
 * Never throws: a stack outside browsers may lack these methods.
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
