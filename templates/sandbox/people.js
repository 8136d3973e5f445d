// The list on the left: people by role, with unread counts.
import { $, el, face } from "./dom.js";
import { drawFeed } from "./feed.js";
import { summary } from "./message.js";
import { clockTime, dayKey, shortDay } from "./times.js";
import { ROLES, WORDS } from "./words.js";

export class People {
  constructor(onSelect, clock) {
    this.all = [];
    this.selected = 0;
    this.folded = new Set();
    this.clock = clock;
    this.onSelect = onSelect;
    this.pending = false;
    $("search").addEventListener("input", () => this.draw());
    $("only-unread").addEventListener("click", () => {
      const pressed = $("only-unread").getAttribute("aria-pressed") !== "true";
      $("only-unread").setAttribute("aria-pressed", String(pressed));
      this.draw();
    });
  }

  load(answer) {
    this.bot = answer.bot;
    this.all = [...answer.people, ...answer.groups];
    this.draw();
  }

  find(id) {
    return this.all.find((person) => person.id === id);
  }

  note(id, change) {
    const person = this.find(id);
    if (person) { Object.assign(person, change); this.draw(); }
  }

  draw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => { this.pending = false; this.render(); });
  }

  matching() {
    const words = $("search").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const unreadOnly = $("only-unread").getAttribute("aria-pressed") === "true";
    return this.all.filter((person) => {
      const hay = `${person.name} ${person.post || ""} ${person.unit || ""}`.toLowerCase();
      return words.every((word) => hay.includes(word)) && (!unreadOnly || person.unread || person.id === this.selected);
    });
  }

  render() {
    const shown = this.matching();
    const sections = ROLES.map(([role, title]) => this.section(title, shown.filter((p) => p.role === role)));
    const none = this.all.length ? ($("search").value ? WORDS.noneFound : WORDS.noUnread) : WORDS.noPeople;
    $("people").replaceChildren(...sections.filter(Boolean), ...(shown.length ? [] : [el("p", { class: "none" }, none)]));
    const unread = this.all.reduce((sum, person) => sum + person.unread, 0);
    $("only-unread").textContent = unread ? `${WORDS.unread} ${unread}` : WORDS.unread;
    if (!this.selected) drawFeed(this.all, this.clock(), this.onSelect);
    document.title = unread ? `(${unread}) ${WORDS.title}` : WORDS.title;
  }

  section(title, people) {
    if (!people.length) return null;
    const unread = people.reduce((sum, person) => sum + person.unread, 0);
    const folded = this.folded.has(title) && !$("search").value;
    const head = el("button", { type: "button", class: "role", "aria-expanded": String(!folded) },
      el("span", {}, title), el("small", {}, String(people.length)), unread ? el("i", { class: "badge soft" }, String(unread)) : null);
    head.addEventListener("click", () => {
      this.folded.has(title) ? this.folded.delete(title) : this.folded.add(title);
      this.draw();
    });
    return el("section", {}, head, ...(folded ? [] : people.map((person) => this.line(person))));
  }

  line(person) {
    const look = face(person);
    const last = person.last;
    const when = last ? (dayKey(last.date) === dayKey(this.clock()) ? clockTime(last.date) : shortDay(last.date)) : "";
    const preview = last ? `${last.outgoing ? "" : `${WORDS.you}：`}${summary(last)}` : person.post || person.unit || WORDS.emptyChat;
    return el("button", {
      type: "button", class: `person${person.id === this.selected ? " on" : ""}${person.unread ? " new" : ""}`,
      "data-id": person.id, onclick: () => this.onSelect(person.id),
    },
    el("span", { class: look.kind }, look.letters),
    el("span", { class: "lines" },
      el("span", {}, el("b", {}, person.name), el("em", {}, last ? person.post || "" : ""), el("time", {}, when)),
      el("span", {}, el("small", {}, preview), person.unread ? el("i", { class: "badge" }, String(person.unread)) : null)));
  }
}
