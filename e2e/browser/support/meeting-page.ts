import type { BrowserContext, Locator, Page } from "playwright-core";
import { audioLevel, frameCount } from "./media-probes.js";
import { meetingReports } from "./meeting-report.js";
import { until } from "../../support/until.js";

/** The parameters in the page's URL. */
export interface MeetingParameters {
  room?: string;
  name?: string;
  media?: "none" | "audio" | "video";
  auto?: "1";
}

/** Opens the page of the meeting in a tab of its own. */
export async function openMeeting(
  context: BrowserContext,
  url: string,
  parameters: MeetingParameters = {},
): Promise<MeetingPage> {
  const page = await context.newPage();
  await page.addInitScript(useSmallVideo);
  await page.goto(`${url}/?${new URLSearchParams({ ...parameters }).toString()}`);
  return new MeetingPage(page);
}

/** Runs in the page. Encoding several larger videos in software would take all of the machine. */
export function useSmallVideo(): void {
  for (const name of ["getUserMedia", "getDisplayMedia"] as const) {
    const take = MediaDevices.prototype[name];
    MediaDevices.prototype[name] = function ({ video, ...others }: MediaStreamConstraints = {}) {
      const small = video && { ...(typeof video === "object" && video), width: 320, height: 180, frameRate: 10 };
      return take.call(this, { ...others, ...(small !== undefined && { video: small }) });
    };
  }
}

/** Opens the page, joins by its button (or lets it join by itself) and waits until it has joined. */
export async function joinMeeting(
  context: BrowserContext,
  url: string,
  parameters: MeetingParameters,
): Promise<MeetingPage> {
  const meeting = await openMeeting(context, url, parameters);
  if (parameters.auto === "1") await meeting.waitForState("joined");
  else await meeting.join();
  return meeting;
}

/** The page of the meeting, as a person uses it. */
export class MeetingPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  at(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  async join(): Promise<void> {
    await this.at("join").click();
    await this.waitForState("joined");
  }

  async leave(): Promise<void> {
    await this.at("leave").click();
    await this.at("join").waitFor();
  }

  /** Waits for a state of the manager. */
  async waitForState(state: string, timeoutMs?: number): Promise<void> {
    await until(`the state ${state}`, async () => (await this.text("status")) === state, timeoutMs);
  }

  /** Waits until this many others are in the room, each of them connected. */
  async waitForConnected(others: number): Promise<void> {
    const connected = until(`${String(others)} connected tiles`, async () => {
      const states = await this.tileStates();
      return (
        states.length === others &&
        states.every((state) => state === "connected") &&
        (await this.text("peer-count")) === String(others)
      );
    });
    await connected.catch(async (cause: unknown) => {
      throw new Error(
        `Not connected to ${String(others)} others.\n\n${await meetingReports(this.page.context().browser())}`,
        { cause },
      );
    });
  }

  async tileStates(): Promise<(string | null)[]> {
    return this.at("tile").evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute("data-state")));
  }

  async text(testId: string): Promise<string> {
    return (await this.at(testId).textContent()) ?? "";
  }

  async sendChat(text: string): Promise<void> {
    await this.at("chat-input").fill(text);
    await this.at("chat-send").click();
  }

  /** Waits until a message in the chat contains this text. */
  async waitForChat(text: string): Promise<void> {
    await this.at("chat-log").locator("> *", { hasText: text }).first().waitFor();
  }

  /** The camera video of the peer with this name, or of the only peer. */
  video(name?: string): Locator {
    return this.#tile(name).getByTestId("remote-video");
  }

  /** The camera video of the peer with this id: devices have no names. */
  videoOf(id: string): Locator {
    return this.page.locator(`[data-peer-id="${id}"]`).getByTestId("remote-video");
  }

  screen(name?: string): Locator {
    return this.#tile(name).getByTestId("remote-screen");
  }

  /** Waits until a video has shown `count` more frames. */
  async showsVideo(video: Locator = this.video(), count = 5): Promise<void> {
    const before = await frameCount(video);
    await until(
      `${String(count)} frames more than ${String(before)}`,
      async () => (await frameCount(video)) >= before + count,
    );
  }

  /** Waits until every tile shows new frames. */
  async showsEveryVideo(others: number): Promise<void> {
    await this.waitForConnected(others);
    await Promise.all((await this.at("remote-video").all()).map((video) => this.showsVideo(video)));
  }

  /** Waits until a video plays sound: the fake microphone beeps once a second. */
  async playsSound(video: Locator = this.video()): Promise<void> {
    await until("sound", async () => (await audioLevel(video)) > 0.01);
  }

  #tile(name: string | undefined): Locator {
    return name === undefined ? this.at("tile") : this.page.locator(`[data-testid="tile"][aria-label="${name}"]`);
  }
}
