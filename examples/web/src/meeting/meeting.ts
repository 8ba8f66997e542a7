import type { SignalingError } from "@sig/client";
import type { Call } from "../call/call.js";
import { readProfile } from "../call/profile.js";
import type { LocalMedia } from "../media/local-media.js";
import { mediaToggles } from "../media/media-toggles.js";
import { SelfTile } from "../media/self-tile.js";
import { errorText } from "../texts.js";
import { listenForEscape, listenForKeys } from "../ui/buttons.js";
import { copyButton } from "../ui/copy-button.js";
import { h } from "../ui/dom.js";
import type { Shell } from "../ui/shell.js";
import { announceChanges } from "./announcements.js";
import { Controls } from "./controls.js";
import { emptyRoomHint } from "./empty-room.js";
import { Panel } from "./panel.js";
import { PeerTiles } from "./peer-tiles.js";
import { Stage } from "./stage.js";

export interface MeetingOptions {
  readonly call: Call;
  readonly shell: Shell;
  readonly media: LocalMedia;
  readonly name: string;
  readonly room: string;
  readonly onLeave: () => void;
}

/** The view of a call: tiles, people, chat and toolbar. */
export class Meeting {
  readonly element: HTMLElement;
  readonly #options: MeetingOptions;
  readonly #stage = new Stage();
  readonly #self: SelfTile;
  readonly #hint: HTMLElement;
  readonly #tiles: PeerTiles;
  readonly #panel: Panel;
  readonly #controls: Controls;
  readonly #keys = new AbortController();
  readonly #cleanups: (() => void)[];

  constructor(options: MeetingOptions) {
    const { call, shell, media, name, room, onLeave } = options;
    const announce = (text: string): void => {
      shell.announce(text);
    };
    const notify = (text: string): void => {
      shell.notifyScreenReaders(text);
    };
    this.#options = options;
    this.#self = new SelfTile(media, name);
    this.#hint = emptyRoomHint(room, announce);
    this.#tiles = new PeerTiles(call.manager, () => {
      this.#arrange();
    });
    this.#panel = new Panel({
      onSend: (text) => {
        this.#sendChat(text);
      },
      onChange: () => {
        this.#showPanel();
      },
      returnFocus: () => {
        this.#controls.focusPanel();
      },
      report: copyButton({
        testId: "copy-report",
        label: "Copy report",
        title: "Copy a log of this meeting. It contains no addresses, names or messages.",
        icon: "report",
        text: () => JSON.stringify(call.manager.timeline(), null, 2),
        done: "Report copied. It contains nothing private.",
        announce,
      }),
    });
    const { mute, camera, dispose } = mediaToggles(media, ({ message }) => {
      shell.showNotice(message);
    });
    this.#controls = new Controls({
      mute,
      camera,
      onScreen: () => void this.#toggleScreen(),
      onPanel: () => {
        if (this.#panel.isOpen) this.#panel.close();
        else this.#panel.open();
      },
      onLeave,
    });
    this.element = h("div", { class: "meeting" }, this.#stage.element, this.#panel.element, this.#controls.element);
    listenForKeys({ m: mute, c: camera, s: this.#controls.screen }, this.#keys.signal);
    listenForEscape(() => this.#closeOne(), this.#keys.signal);
    this.#cleanups = [
      dispose,
      this.#self.dispose,
      media.onChange(() => {
        this.#showPeople();
      }),
      ...announceChanges({ call, media, announce, notify }),
      ...this.#listen(),
    ];
    this.#showPanel();
    this.#arrange();
  }

  dispose(): void {
    this.#keys.abort();
    this.#stage.dispose();
    this.#panel.dispose();
    this.#tiles.dispose();
    for (const cleanup of this.#cleanups) cleanup();
  }

  #listen(): (() => void)[] {
    const { call, shell } = this.#options;
    const showPeople = (): void => {
      this.#showPeople();
    };
    return [
      call.manager.on("peerState", showPeople),
      call.manager.on("peerPresence", showPeople),
      call.manager.on("peerMetadata", showPeople),
      call.manager.on("message", ({ peer, data }) => {
        this.#panel.addMessage(readProfile(peer.metadata).name, data.text, false);
      }),
      call.manager.on("error", (error: SignalingError) => {
        // When the membership has ended, the lobby shows the error.
        if (call.manager.state !== "left") shell.showNotice(errorText(error));
      }),
    ];
  }

  #arrange(): void {
    const others = this.#tiles.elements;
    this.#stage.show(this.#self.element, others, others.length === 0 ? this.#hint : undefined);
    this.#options.shell.setPeerCount(others.length);
    this.#showPeople();
  }

  #showPeople(): void {
    const { call, media, name } = this.#options;
    const you = { name, muted: !media.microphoneOn, camera: media.cameraOn };
    this.#panel.people.show(you, call.manager.peers.values());
  }

  #sendChat(text: string): void {
    const { call, shell, name } = this.#options;
    try {
      call.manager.send("chat", { text });
      this.#panel.addMessage(name, text, true);
    } catch (error) {
      shell.showNotice(errorText(error));
      throw error;
    }
  }

  #showPanel(): void {
    const { isOpen, isSheet, unread } = this.#panel;
    this.#controls.setPanel(isOpen, isOpen ? 0 : unread);
    // The keyboard does not reach what the sheet covers.
    this.#stage.element.inert = isSheet;
  }

  /** Closes the details of a connection, or else the panel. Returns whether one of them was open. */
  #closeOne(): boolean {
    const details = this.#stage.element.querySelector<HTMLDetailsElement>("details[open]");
    if (details !== null) {
      details.open = false;
      details.querySelector("summary")?.focus();
      return true;
    }
    if (!this.#panel.isOpen) return false;
    this.#panel.close();
    return true;
  }

  async #toggleScreen(): Promise<void> {
    const { call, shell } = this.#options;
    const show = (): void => {
      const shares = call.isSharingScreen;
      if (shares !== this.#controls.screen.pressed)
        shell.notifyScreenReaders(shares ? "You are sharing your screen." : "You stopped sharing your screen.");
      this.#controls.screen.pressed = shares;
      this.#self.setNote(shares ? "You are sharing your screen." : "");
    };
    try {
      if (call.isSharingScreen) call.unshareScreen();
      else await call.shareScreen(show);
      show();
    } catch (error) {
      // NotAllowedError: the person closed the browser's screen picker.
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") shell.showNotice(errorText(error));
    }
  }
}
