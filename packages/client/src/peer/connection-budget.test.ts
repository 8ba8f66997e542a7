import { expect, it } from "vitest";
import { ConnectionBudget } from "./connection-budget.js";

const spent = (budget: ConnectionBudget, now: number): number => {
  for (let count = 0; ; count += 1) {
    try {
      budget.spend(now);
    } catch {
      return count;
    }
  }
};

it("there is room for 32 connections at once, and for one more each second", () => {
  const budget = new ConnectionBudget();
  expect([0, 500, 1000, 3500, 1_000_000].map((now) => spent(budget, now))).toEqual([32, 0, 1, 2, 32]);
});
