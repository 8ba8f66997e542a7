import { expect, it } from "vitest";
import { toToken } from "../redis/keys.js";
import { nodeName, readsFormat } from "./node-name.js";

it("ends in what the node reads, and needs no escaping in keys and records", () => {
  const name = nodeName((size) => new Uint8Array(size).fill(255));
  expect(name).toBe("________________.lists.bundles");
  expect(toToken(name)).toBe(name);
  expect(readsFormat(name, "lists")).toBe(true);
});

it("of an earlier version ends in nothing, and that of a later one may end in more", () => {
  expect(readsFormat("lists-w_ith-w0rd", "lists")).toBe(false);
  expect(readsFormat("lists", "lists")).toBe(false);
  expect(readsFormat("w_ith-lists.listsToo", "lists")).toBe(false);
  expect(readsFormat("________________.lists.more", "lists")).toBe(true);
  expect(readsFormat("________________.more.lists", "lists")).toBe(true);
});
