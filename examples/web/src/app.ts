import { Call } from "./call/call.js";
import { defaultName } from "./call/profile.js";
import { Lobby } from "./lobby/lobby.js";
import { LocalMedia } from "./media/local-media.js";
import type { MediaProblem } from "./media/media-problem.js";
import { Meeting } from "./meeting/meeting.js";
import { withRoom, type PageOptions } from "./page-options.js";
import { errorText } from "./texts.js";
import { onSilenced, restoreSound } from "./ui/playback.js";
import { Shell } from "./ui/shell.js";

/** Moves between the lobby and the meeting. */
export class App {
  readonly #shell = new Shell();
  readonly #media: LocalMedia;
  readonly #options: PageOptions;
  #lobby: Lobby;
  #call: Call | undefined;
  #meeting: Meeting | undefined;
  /** Set while a device cannot be opened: the next join goes on without it. */
  #problem: MediaProblem | undefined;
  /** The join that is in progress. A canceled one finds another here, or none. */
  #join: object | undefined;

  constructor(root: HTMLElement, options: PageOptions) {
    this.#options = options;
    this.#media = new LocalMedia(options.media);
    this.#lobby = this.#showLobby(options.room, options.name);
    root.replaceChildren(this.#shell.element);
  }

  start(): void {
    onSilenced(() => {
      this.#shell.showNotice("Your browser blocks the sound until you click.", [
        { label: "Turn the sound on", run: restoreSound },
      ]);
    });
    if (this.#options.auto && this.#options.room !== "") void this.#startJoin();
    else void this.#preview();
  }

  #showLobby(room: string, name: string): Lobby {
    const lobby = new Lobby({
      media: this.#media,
      room,
      name,
      onJoin: () => void (this.#problem === undefined ? this.#startJoin() : this.#joinWithoutDevice()),
      onCancel: () => {
        this.#cancelJoin();
      },
      onProblem: (problem) => {
        this.#showProblem(problem);
      },
    });
    this.#shell.show(lobby.element);
    this.#shell.setRoom(undefined);
    return lobby;
  }

  async #preview(): Promise<void> {
    this.#problem = undefined;
    this.#lobby.setBusy(false);
    const problem = await this.#media.open();
    if (problem !== undefined && this.#call === undefined) this.#showProblem(problem);
  }

  #showProblem(problem: MediaProblem): void {
    this.#problem = problem;
    const { device, message } = problem;
    this.#shell.showNotice(message, [
      { label: "Try again", run: () => void this.#preview() },
      { label: `Join without ${device}`, run: () => void this.#joinWithoutDevice() },
    ]);
    this.#lobby.offerWithout(device);
  }

  /** Joins with the microphone alone, or with nothing if that cannot be opened either. */
  async #joinWithoutDevice(): Promise<void> {
    this.#problem = undefined;
    this.#media.turnOff("video");
    if ((await this.#media.open()) !== undefined) this.#media.turnOff("audio");
    await this.#startJoin();
  }

  async #startJoin(): Promise<void> {
    if (this.#join !== undefined || this.#call !== undefined) return;
    const join = (this.#join = {});
    const { room } = this.#lobby;
    const name = this.#lobby.name === "" ? defaultName : this.#lobby.name;
    this.#shell.clearNotice();
    this.#lobby.setBusy(true);
    const problem = await this.#media.open();
    if (join !== this.#join) return;
    this.#join = undefined;
    if (problem !== undefined) {
      this.#lobby.setBusy(false);
      this.#showProblem(problem);
      return;
    }
    const call = this.#startCall(name);
    try {
      await call.join(room);
      this.#enter(call, room, name);
    } catch (error) {
      if (this.#isCurrent(call)) await this.#leave(errorText(error));
    }
  }

  #isCurrent(call: Call): boolean {
    return call === this.#call;
  }

  /** Gives up a join, whatever it waits for: the browser's question about the camera, or the server. */
  #cancelJoin(): void {
    const call = this.#call;
    this.#join = undefined;
    this.#call = undefined;
    this.#lobby.setBusy(false);
    void call?.leave();
  }

  #startCall(name: string): Call {
    const call = new Call(name, this.#media);
    this.#call = call;
    call.manager.on("state", (state) => {
      // Not the end of a call that a newer one has replaced.
      if (this.#call === undefined || this.#isCurrent(call)) this.#shell.setState(state);
    });
    call.manager.on("error", (error) => {
      // KICKED, for example, ends the membership. Other errors concern one peer: the meeting shows them.
      if (call.manager.state === "left" && this.#isCurrent(call)) void this.#leave(errorText(error));
    });
    return call;
  }

  #enter(call: Call, room: string, name: string): void {
    history.replaceState(null, "", withRoom(location.href, room));
    this.#lobby.dispose();
    this.#meeting = new Meeting({
      call,
      shell: this.#shell,
      media: this.#media,
      name,
      room,
      onLeave: () => void this.#leave(),
    });
    this.#shell.show(this.#meeting.element);
    this.#shell.setRoom(room);
  }

  /** Returns to the lobby. `reason` is shown there when the person did not choose to leave. */
  async #leave(reason?: string): Promise<void> {
    const call = this.#call;
    if (call === undefined) return;
    const { room, name } = this.#lobby;
    this.#call = undefined;
    this.#problem = undefined;
    this.#meeting?.dispose();
    this.#meeting = undefined;
    this.#lobby.dispose();
    const left = call.leave();
    this.#media.close();
    this.#shell.setPeerCount(0);
    this.#lobby = this.#showLobby(room, name);
    if (reason === undefined) this.#shell.clearNotice();
    else this.#shell.showNotice(reason);
    await left;
  }
}
