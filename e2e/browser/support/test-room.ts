import type { Browser } from "playwright-core";
import { newContext } from "./browser.js";
import { joinMeeting, type MeetingPage, type MeetingParameters } from "./meeting-page.js";

export interface TestRoom {
  readonly name: string;
  /** Errors that the pages in the room have thrown or logged so far. */
  readonly errors: readonly string[];
  /** Joins in a browser context of its own. */
  enter(name: string, parameters?: MeetingParameters): Promise<MeetingPage>;
}

let rooms = 0;

/** A room that no other test uses. */
export function openRoom(browser: Browser, url: string): TestRoom {
  rooms += 1;
  const room = `room ${String(rooms)}`;
  const errors: string[] = [];
  return {
    name: room,
    errors,
    enter: async (name, parameters = {}) => {
      const { context } = await newContext(browser, errors);
      return joinMeeting(context, url, { room, name, ...parameters });
    },
  };
}
