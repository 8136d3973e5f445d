// The panel that makes trouble: what a bot meets in the real network, on request.
import { post, remove } from "./api.js";
import { $, el, toast } from "./dom.js";
import { FAULTS, FAULT_METHODS, FAULT_SPANS, FAULT_WORDS, WORDS } from "./words.js";

export class Faults {
  constructor(openChat, findChat) {
    this.openChat = openChat;
    this.findChat = findChat;
    this.list = [];
    this.takenAt = 0;
    this.build();
    setInterval(() => this.tick(), 1000);
  }

  build() {
    const kind = ([key, title, what], place) => el("label", {},
      el("input", { type: "radio", name: "fault", value: key, checked: place === 0 }),
      el("span", {}, el("b", {}, title), el("small", {}, what)));
    $("faults-kinds").append(...FAULTS.map(kind));
    $("faults-span").append(...FAULT_SPANS.map(([value, title]) => el("option", { value }, title)));
    $("faults-method").append(...FAULT_METHODS.map(([value, title]) => el("option", { value }, title)));
    $("trouble").addEventListener("click", () => this.open());
    $("faults-kinds").addEventListener("change", () => this.fit());
    $("faults-form").addEventListener("submit", (event) => { event.preventDefault(); this.add(); });
  }

  open() {
    const here = this.openChat();
    $("faults-chat").replaceChildren(
      el("option", { value: "" }, FAULT_WORDS.everybody),
      ...(here ? [el("option", { value: here.id }, FAULT_WORDS.only(here.name))] : []),
    );
    this.fit();
    this.draw();
    $("faults").showModal();
  }

  // What was chosen: its key, and the number that it takes (name and default), if any.
  chosen() {
    const key = $("faults-form").querySelector("input[name=fault]:checked").value;
    const [, , , number] = FAULTS.find(([name]) => name === key);
    return { key, number };
  }

  fit() {
    const { key, number } = this.chosen();
    $("faults-number-label").hidden = !number;
    if (number && this.shown !== key) {
      $("faults-number-name").textContent = number.name;
      $("faults-number").value = number.value;
    }
    this.shown = key;
    // Without a network nothing gets through, whatever it is.
    for (const name of ["span", "method", "chat"]) $(`faults-${name}`).disabled = key === "outage";
  }

  async add() {
    const { key, number } = this.chosen();
    const fault = { kind: key };
    if (number) fault[number.field] = Math.max(1, Number($("faults-number").value) || number.value);
    if (key !== "outage") Object.assign(fault, this.reach());
    await this.change(post("faults", fault));
  }

  reach() {
    const [span, chat, method] = ["span", "chat", "method"].map((name) => $(`faults-${name}`).value);
    return {
      ...(span.endsWith("s") ? { lasts: Number(span.slice(0, -1)) } : { count: span ? Number(span) : null }),
      ...(chat ? { chat_id: Number(chat) } : {}),
      ...(method ? { method } : {}),
    };
  }

  async change(request) {
    try {
      this.take(await request);
    } catch (error) {
      toast(WORDS.failed + error.message);
    }
  }

  take(state) {
    this.list = state.faults;
    this.takenAt = Date.now();
    this.draw();
  }

  tick() {
    if (this.list.some((fault) => fault.left !== null)) this.draw();
  }

  left(fault) {
    return fault.left === null ? null : Math.ceil(fault.left - (Date.now() - this.takenAt) / 1000);
  }

  draw() {
    const active = this.list.filter((fault) => fault.left === null || this.left(fault) > 0);
    $("trouble").classList.toggle("on", active.length > 0);
    $("trouble-count").hidden = !active.length;
    $("trouble-count").textContent = active.length;
    const all = el("button", { type: "button", class: "all" }, FAULT_WORDS.removeAll);
    all.addEventListener("click", () => this.change(remove("faults")));
    $("faults-active").hidden = !active.length;
    $("faults-list").replaceChildren(...active.map((fault) => this.line(fault)), ...(active.length > 1 ? [all] : []));
  }

  line(fault) {
    const [, title] = FAULTS.find(([name]) => name === fault.kind) || [fault.kind, fault.kind];
    const left = this.left(fault);
    const span = left !== null ? FAULT_WORDS.seconds(left)
      : fault.count === null ? FAULT_WORDS.untilRemoved : FAULT_WORDS.times(fault.count);
    const chat = fault.chat_id === null ? null : this.findChat(fault.chat_id);
    const method = FAULT_METHODS.find(([name]) => name === (fault.method || ""));
    const where = [chat ? FAULT_WORDS.only(chat.name) : FAULT_WORDS.everybody, method ? method[1] : fault.method];
    const button = el("button", { type: "button" }, FAULT_WORDS.remove);
    button.addEventListener("click", () => this.change(remove(`faults?id=${fault.id}`)));
    return el("div", { class: "fault" }, el("span", {}, el("b", {}, title), el("small", {}, `${span} · ${where.join(" · ")}`)), button);
  }
}
