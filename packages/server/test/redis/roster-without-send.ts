import { type SharedRoster } from "@sig/server";

/** A roster as an application may write it: it stores and notifies, and leaves messages to the adapter. */
export function rosterWithoutSend(roster: SharedRoster): SharedRoster {
  return {
    node: roster.node,
    get reachable() {
      return roster.reachable;
    },
    observe: (observer) => roster.observe(observer),
    add: (...args) => roster.add(...args),
    update: (...args) => roster.update(...args),
    remove: (...args) => roster.remove(...args),
    ban: (...args) => roster.ban(...args),
    banUser: (...args) => roster.banUser(...args),
    find: (...args) => roster.find(...args),
    list: (...args) => roster.list(...args),
    rooms: () => roster.rooms(),
  };
}
