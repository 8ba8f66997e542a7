import type { BrowserContext, Locator, Page } from "playwright-core";
import { audioLevel, frameCount } from "./media-probes.js";
import { meetingReports } from "./meeting-report.js";
import { until } from "./until.js";

/** The parameters of the page's address. */
export interface MeetingParameters {
  room?: string;
  name?: string;
  media?: "none" | "audio" | "video";
  auto?: "1";
}

/** Opens the meeting's page in a tab of its own. */
export async function openMeeting(
  context: BrowserContext,
  url: string,
  parameters: MeetingParameters = {},
): Promise<MeetingPage> {
  const page = await context.newPage();
  await page.addInitScript(takeSmallPictures);
  await page.goto(`${url}/?${new URLSearchParams({ ...parameters }).toString()}`);
  return new MeetingPage(page);
}

/** Runs in the page. A few people in software are more than a processor or two encode beside what is under test. */
export function takeSmallPictures(): void {
  for (const name of ["getUserMedia", "getDisplayMedia"] as const) {
    const take = MediaDevices.prototype[name];
    MediaDevices.prototype[name] = function ({ video, ...others }: MediaStreamConstraints = {}) {
      const small = video && { ...(typeof video === "object" && video), width: 320, height: 180, frameRate: 10 };
      return take.call(this, { ...others, ...(small !== undefined && { video: small }) });
    };
  }
}

/** Opens the page, joins by its button (or lets it join by itself) and waits until the server has let it in. */
export async function joinMeeting(
  context: BrowserContext,
  url: string,
  parameters: MeetingParameters,
): Promise<MeetingPage> {
  const meeting = await openMeeting(context, url, parameters);
  if (parameters.auto === "1") await meeting.reaches("joined");
  else await meeting.join();
  return meeting;
}

/** What a person sees and does on the page of the meeting. */
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
    await this.reaches("joined");
  }

  async leave(): Promise<void> {
    await this.at("leave").click();
    await this.at("join").waitFor();
  }

  /** Waits for a state of the manager. */
  async reaches(state: string): Promise<void> {
    await until(`the state ${state}`, async () => (await this.text("status")) === state);
  }

  /** Waits until so many others are in the room, each of them connected. */
  async connectsTo(others: number): Promise<void> {
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
        `Not connected with ${String(others)} others.\n\n${await meetingReports(this.page.context().browser())}`,
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

  async say(text: string): Promise<void> {
    await this.at("chat-input").fill(text);
    await this.at("chat-send").click();
  }

  /** Waits until a message of the log has this text in it. */
  async reads(text: string): Promise<void> {
    await this.at("chat-log").locator("> *", { hasText: text }).first().waitFor();
  }

  /** The camera video of the peer with this name, or of the only one. */
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

  /** Waits until `count` more frames of a video were shown. */
  async sees(video: Locator = this.video(), count = 5): Promise<void> {
    const before = await frameCount(video);
    await until(
      `${String(count)} frames more than ${String(before)}`,
      async () => (await frameCount(video)) >= before + count,
    );
  }

  /** Waits until every tile shows moving pictures. */
  async seesAll(others: number): Promise<void> {
    await this.connectsTo(others);
    await Promise.all((await this.at("remote-video").all()).map((video) => this.sees(video)));
  }

  /** Waits until a video can be heard: the fake microphone beeps once a second. */
  async hears(video: Locator = this.video()): Promise<void> {
    await until("a sound", async () => (await audioLevel(video)) > 0.01);
  }

  #tile(name: string | undefined): Locator {
    return name === undefined ? this.at("tile") : this.page.locator(`[data-testid="tile"][aria-label="${name}"]`);
  }
}
