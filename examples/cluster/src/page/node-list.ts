import { element, elementWithId } from "./element.js";

export interface NodeStatus {
  readonly name: string;
  readonly state: "starting" | "running" | "stopped";
}

/** Who is connected to which node, as the nodes themselves attest it. */
export interface Person {
  readonly name: string;
  readonly node: string;
  readonly isHere: boolean;
  readonly isSelf: boolean;
}

/** Follows the state of the nodes. */
export function watchNodes(onChange: (nodes: readonly NodeStatus[]) => void): void {
  const source = new EventSource("/nodes");
  source.onmessage = ({ data }) => onChange(JSON.parse(String(data)) as NodeStatus[]);
}

const cards = new Map<string, { show(node: NodeStatus, people: readonly Person[]): void }>();

export function showNodes(nodes: readonly NodeStatus[], people: readonly Person[]): void {
  for (const node of nodes) {
    const card = cards.get(node.name) ?? addCard(node.name);
    cards.set(node.name, card);
    card.show(
      node,
      people.filter((person) => person.node === node.name),
    );
  }
}

/** A card that stays: a button that was replaced would lose its focus. */
function addCard(name: string) {
  const state = element("span", { className: "state" });
  const list = element("div", { className: "people" });
  const button = element("button");
  const head = element(
    "div",
    { className: "node-head" },
    element("span", { className: "node-name", textContent: name }),
    state,
  );
  const card = element("li", { className: "node" }, head, list, button);
  card.dataset.testid = name;
  elementWithId("nodes").append(card);
  let action = "kill";
  button.addEventListener("click", () => void fetch(`/nodes/${name}/${action}`, { method: "POST" }));
  return {
    show(node: NodeStatus, people: readonly Person[]): void {
      card.dataset.state = node.state;
      card.classList.toggle(
        "mine",
        people.some(({ isSelf }) => isSelf),
      );
      state.textContent = node.state;
      action = node.state === "stopped" ? "start" : "kill";
      button.textContent = node.state === "stopped" ? `Start ${name}` : `Kill ${name}`;
      button.disabled = node.state === "starting";
      list.replaceChildren(
        ...(people.length > 0
          ? people.map(personLabel)
          : [element("span", { className: "nobody", textContent: "nobody" })]),
      );
    },
  };
}

function personLabel({ name, isHere, isSelf }: Person): HTMLElement {
  const text = `${name}${isSelf ? " (you)" : ""}${isHere ? "" : ", reconnecting"}`;
  return element("span", { className: isHere ? "person" : "person gone", textContent: text });
}
