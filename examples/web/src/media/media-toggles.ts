import { Toggle } from "../ui/buttons.js";
import type { LocalMedia } from "./local-media.js";
import type { MediaProblem } from "./media-problem.js";

/** The buttons "Mute" and "Camera off" of the lobby and the meeting. They follow the media until `dispose`. */
export interface MediaToggles {
  readonly mute: Toggle;
  readonly camera: Toggle;
  readonly dispose: () => void;
}

export function mediaToggles(media: LocalMedia, onProblem: (problem: MediaProblem) => void): MediaToggles {
  const report = (pending: Promise<MediaProblem | undefined>): void => {
    void pending.then((problem) => {
      if (problem !== undefined) onProblem(problem);
    });
  };
  const mute = new Toggle({
    testId: "mute",
    label: "Mute",
    icons: { off: "mic", on: "micOff" },
    key: "m",
    onPress: () => {
      report(media.setMicrophone(!media.microphoneOn));
    },
  });
  const camera = new Toggle({
    testId: "camera",
    label: "Camera off",
    icons: { off: "camera", on: "cameraOff" },
    key: "c",
    onPress: () => {
      report(media.setCamera(!media.cameraOn));
    },
  });
  const update = (): void => {
    mute.pressed = !media.microphoneOn;
    camera.pressed = !media.cameraOn;
  };
  update();
  return { mute, camera, dispose: media.onChange(update) };
}
