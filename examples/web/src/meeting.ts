import type { SignalingError } from "@sig/client";
import { listenForKeys } from "./button.js";
import { screenLabel, type Call, type Participant } from "./call.js";
import { Controls } from "./controls.js";
import { copyButton } from "./copy-button.js";
import { h } from "./dom.js";
import { emptyHint } from "./empty-hint.js";
import type { LocalMedia } from "./local-media.js";
import { mediaToggles } from "./media-toggles.js";
import { Panel } from "./panel.js";
import { readProfile } from "./profile.js";
import { SelfTile } from "./self-tile.js";
import type { Shell } from "./shell.js";
import { watchSpeakers } from "./speaking.js";
import { Stage } from "./stage.js";
import { Tile } from "./tile.js";
import { errorSentence, leftWords } from "./words.js";

export interface MeetingOptions {
  readonly call: Call;
  readonly shell: Shell;
  readonly media: LocalMedia;
  readonly name: string;
  readonly room: string;
  readonly onLeave: () => void;
}

/** The meeting itself: shows what the call tells, and tells the call what the person does. */
export class Meeting {
  readonly element: HTMLElement;
  readonly #call: Call;
  readonly #shell: Shell;
  readonly #media: LocalMedia;
  readonly #name: string;
  readonly #stage = new Stage();
  readonly #self: SelfTile;
  readonly #hint: HTMLElement;
  readonly #tiles = new Map<string, Tile>();
  readonly #panel: Panel;
  readonly #controls: Controls;
  readonly #disposers: (() => void)[];
  #unread = 0;

  constructor({ call, shell, media, name, room, onLeave }: MeetingOptions) {
    this.#call = call;
    this.#shell = shell;
    this.#media = media;
    this.#name = name;
    this.#self = new SelfTile(media, name, "You");
    this.#hint = emptyHint(room, (text) => {
      shell.announce(text);
    });
    this.#panel = new Panel(
      (text) => {
        this.#sendChat(text);
      },
      (open) => {
        this.#showPanel(open);
      },
      copyButton({
        testId: "copy-report",
        label: "Copy report",
        title: "Copy what happened in this meeting: no addresses, no names, no messages",
        icon: "report",
        text: () => JSON.stringify(call.manager.timeline(), null, 2),
        done: "Report copied. There is nothing private in it.",
        announce: (text) => {
          shell.announce(text);
        },
      }),
    );
    const { mute, camera, dispose } = mediaToggles(media, ({ sentence }) => {
      shell.showNotice(sentence);
    });
    this.#controls = new Controls({
      mute,
      camera,
      onScreen: () => {
        this.#toggleScreen();
      },
      onPanel: () => {
        this.#panel.toggle(!this.#panel.isOpen);
      },
      onLeave,
    });
    this.element = h("div", { class: "meeting" }, this.#stage.element, this.#panel.element, this.#controls.element);
    this.#showPanel(this.#panel.isOpen);

    const keys = new AbortController();
    listenForKeys({ m: mute, c: camera, s: this.#controls.screen }, keys.signal);
    this.#disposers = [
      () => {
        keys.abort();
        this.#stage.dispose();
        this.#panel.dispose();
      },
      dispose,
      this.#self.dispose,
      media.onChange(() => {
        this.#showPeople();
      }),
      watchSpeakers(
        () => call.manager.peers.values(),
        (id, speaking) => this.#tiles.get(id)?.setSpeaking(speaking),
      ),
      ...this.#listen(),
    ];
    for (const peer of call.manager.peers.values()) this.#addTile(peer);
    this.#arrange();
  }

  dispose(): void {
    for (const dispose of this.#disposers) dispose();
  }

  #listen(): (() => void)[] {
    const { manager } = this.#call;
    return [
      manager.on("peerJoined", (peer) => {
        this.#addTile(peer);
        this.#arrange();
        this.#shell.announce(`${readProfile(peer.metadata).name} joined.`);
      }),
      manager.on("peerLeft", (peer, reason) => {
        this.#shell.announce(leftWords(readProfile(peer.metadata).name, reason));
        this.#tiles.delete(peer.id);
        this.#arrange();
      }),
      manager.on("peerState", (peer, state) => {
        this.#tiles.get(peer.id)?.setState(state);
        this.#showPeople();
      }),
      manager.on("peerPresence", (peer, presence) => {
        this.#tiles.get(peer.id)?.setPresence(presence);
        this.#showPeople();
      }),
      manager.on("peerMetadata", (peer, metadata) => {
        this.#tiles.get(peer.id)?.setProfile(readProfile(metadata));
        this.#showPeople();
      }),
      manager.on("track", ({ peer, track, label }) => {
        this.#tiles.get(peer.id)?.addTrack(track, label === screenLabel);
        this.#arrange();
      }),
      manager.on("trackEnded", ({ peer, track }) => {
        this.#tiles.get(peer.id)?.removeTrack(track);
        this.#arrange();
      }),
      manager.on("message", ({ peer, data }) => {
        this.#panel.chat.add(readProfile(peer.metadata).name, data.text, false);
        this.#countUnread();
      }),
      manager.on("error", (error: SignalingError) => {
        // The end of the membership is told by the lobby.
        if (manager.state !== "left") this.#shell.showNotice(errorSentence(error));
      }),
    ];
  }

  #addTile(peer: Participant): void {
    const tile = new Tile(peer);
    tile.setProfile(readProfile(peer.metadata));
    tile.setState(peer.state);
    tile.setPresence(peer.presence);
    this.#tiles.set(peer.id, tile);
  }

  #arrange(): void {
    const others = [...this.#tiles.values()].map(({ element }) => element);
    this.#stage.show(this.#self.element, others, others.length === 0 ? this.#hint : undefined);
    this.#shell.setPeerCount(this.#tiles.size);
    this.#showPeople();
  }

  #showPeople(): void {
    const others = [...this.#call.manager.peers.values()].map(({ metadata, state, presence }) => ({
      ...readProfile(metadata),
      state,
      away: presence === "away",
    }));
    const you = {
      name: this.#name,
      muted: !this.#media.microphoneOn,
      camera: this.#media.cameraOn,
      state: "you" as const,
      away: false,
    };
    this.#panel.people.show([you, ...others]);
  }

  #sendChat(text: string): void {
    try {
      this.#call.manager.send("chat", { text });
      this.#panel.chat.add(this.#name, text, true);
    } catch (error) {
      this.#shell.showNotice(errorSentence(error));
      throw error;
    }
  }

  #showPanel(open: boolean): void {
    this.#controls.panel.pressed = open;
    if (open) this.#unread = 0;
    this.#controls.setUnread(this.#unread);
    this.element.classList.toggle("with-panel", open);
  }

  #countUnread(): void {
    if (this.#panel.isOpen) return;
    this.#unread += 1;
    this.#controls.setUnread(this.#unread);
  }

  #toggleScreen(): void {
    const show = (): void => {
      const sharing = this.#call.screen !== undefined;
      this.#controls.screen.pressed = sharing;
      this.#self.setWords(sharing ? "You are sharing your screen." : "");
    };
    if (this.#call.screen !== undefined) {
      this.#call.unshareScreen();
      show();
      return;
    }
    this.#call.shareScreen(show).then(show, (error: unknown) => {
      // Closing the browser's own dialog is a choice, not a failure.
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError")
        this.#shell.showNotice(errorSentence(error));
    });
  }
}
