import { Call } from "./call.js";
import { LocalMedia } from "./local-media.js";
import { Lobby } from "./lobby.js";
import type { MediaProblem } from "./media-problem.js";
import { Meeting } from "./meeting.js";
import { onSilenced, restoreSound } from "./playback.js";
import { Shell } from "./shell.js";
import { withRoom, type PageOptions } from "./url.js";
import { errorSentence } from "./words.js";

/** The way from the lobby into the meeting and back. */
export class App {
  readonly #shell = new Shell();
  readonly #media: LocalMedia;
  readonly #options: PageOptions;
  #lobby: Lobby;
  #call: Call | undefined;
  #meeting: Meeting | undefined;
  /** Set when a device was refused: the next join goes on without it. */
  #problem: MediaProblem | undefined;
  #joining = false;

  constructor(root: HTMLElement, options: PageOptions) {
    this.#options = options;
    this.#media = new LocalMedia(options.media);
    this.#lobby = this.#showLobby(options.room, options.name);
    root.replaceChildren(this.#shell.element);
  }

  start(): void {
    onSilenced(() => {
      this.#shell.showNotice("Your browser holds back the sound until you click.", [
        { label: "Turn the sound on", run: restoreSound },
      ]);
    });
    if (this.#options.auto && this.#options.room !== "") void this.#join();
    else void this.#preview();
  }

  #showLobby(room: string, name: string): Lobby {
    const lobby = new Lobby({
      media: this.#media,
      room,
      name,
      onJoin: () => void (this.#problem === undefined ? this.#join() : this.#joinWithout()),
      onProblem: (problem) => {
        this.#explain(problem);
      },
    });
    this.#shell.show(lobby.element);
    this.#shell.setRoom(undefined);
    return lobby;
  }

  /** Starts the preview. */
  async #preview(): Promise<void> {
    this.#problem = undefined;
    this.#lobby.setBusy(false);
    const problem = await this.#media.open();
    if (problem !== undefined && this.#call === undefined) this.#explain(problem);
  }

  #explain(problem: MediaProblem): void {
    this.#problem = problem;
    const without = problem.device;
    this.#shell.showNotice(problem.sentence, [
      { label: "Try again", run: () => void this.#preview() },
      { label: `Join without ${without}`, run: () => void this.#joinWithout() },
    ]);
    this.#lobby.offerWithout(without);
  }

  /** Goes on with what can be had: the microphone alone, or nothing. */
  async #joinWithout(): Promise<void> {
    this.#problem = undefined;
    this.#media.giveUp("video");
    if ((await this.#media.open()) !== undefined) this.#media.giveUp("audio");
    await this.#join();
  }

  async #join(): Promise<void> {
    if (this.#joining || this.#call !== undefined) return;
    const { room } = this.#lobby;
    const name = this.#lobby.name === "" ? "Guest" : this.#lobby.name;
    this.#shell.clearNotice();
    this.#lobby.setBusy(true);
    this.#joining = true;
    const problem = await this.#media.open();
    this.#joining = false;
    if (problem !== undefined) {
      this.#lobby.setBusy(false);
      this.#explain(problem);
      return;
    }
    const call = new Call(name, this.#media);
    this.#call = call;
    call.manager.on("state", (state) => {
      this.#shell.setState(state);
    });
    call.manager.on("error", (error) => {
      if (call.manager.state === "left" && call === this.#call) void this.#leave(errorSentence(error));
    });
    try {
      await call.join(room);
      this.#enter(call, room, name);
    } catch (error) {
      await this.#leave(errorSentence(error));
    }
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

  /** Back to the lobby, with a sentence if it was not the person's own choice. */
  async #leave(sentence?: string): Promise<void> {
    const call = this.#call;
    if (call === undefined) return;
    const { room, name } = this.#lobby;
    this.#call = undefined;
    this.#problem = undefined;
    this.#meeting?.dispose();
    this.#meeting = undefined;
    this.#lobby.dispose();
    const goodbye = call.leave();
    this.#media.close();
    this.#shell.setPeerCount(0);
    this.#lobby = this.#showLobby(room, name);
    if (sentence === undefined) this.#shell.clearNotice();
    else this.#shell.showNotice(sentence);
    await goodbye;
  }
}
