// The chat on the right, as the person's phone shows it.
import { get, post } from "./api.js";
import { $, alertBox, el, face, toast } from "./dom.js";
import { renderMessage } from "./message.js";
import { dayKey, dayTitle } from "./times.js";
import { ROLES, WORDS } from "./words.js";

const START_LINK = /^https?:\/\/t\.me\/(\w+)\?start=([\w-]+)$/;
const TYPING_SECONDS = 5;

export class Chat {
  constructor(composer, clock, people) {
    this.composer = composer;
    this.clock = clock;
    this.people = people;
    this.id = 0;
    this.messages = new Map();
    this.typingTimer = 0;
    $("flow").addEventListener("scroll", () => { $("down").hidden = this.atEnd(160); });
    $("down").addEventListener("click", () => this.toEnd("smooth"));
    $("send-sticker").addEventListener("click", () => this.act("send", { kind: "sticker" }));
    $("send-photo").addEventListener("click", () => this.act("send", { kind: "photo" }));
    $("toggle-block").addEventListener("click", () => this.act(this.card.blocked ? "unblock" : "block"));
    addEventListener("resize", () => { if (this.id && this.atEnd(240)) this.toEnd(); });
  }

  async act(what, body) {
    $("more").open = false;
    await this.composer.attempt(() => post(`chats/${this.id}/${what}`, body));
  }

  close() {
    this.id = 0;
    $("phone").hidden = true;
    $("nobody").hidden = false;
  }

  async open(id) {
    this.id = id;
    const [card, answer] = await Promise.all([get(`chats/${id}`), get(`chats/${id}/messages`)]);
    if (this.id !== id) return;
    $("phone").hidden = false;
    $("nobody").hidden = true;
    this.messages = new Map(answer.messages.map((message) => [message.message_id, message]));
    this.setCard(card);
    this.draw();
    this.toFirstUnread(card.unread);
    this.read();
  }

  async refreshCard() {
    const id = this.id;
    if (!id) return;
    const card = await get(`chats/${id}`);
    if (this.id === id) this.setCard(card);
  }

  setCard(card) {
    const was = this.card;
    this.card = card;
    const look = face(card.type === "private" ? card : { ...card, name: card.title, role: "group" });
    $("head-face").className = look.kind;
    $("head-face").textContent = look.letters;
    $("head-name").textContent = card.name || card.title;
    this.subtitle();
    $("toggle-block").textContent = card.blocked ? WORDS.unblock : WORDS.block;
    this.composer.show(card);
    this.about();
    if (was?.id === card.id && was.started !== card.started) this.draw();
  }

  subtitle() {
    const { card } = this;
    $("head-sub").textContent = card.blocked ? WORDS.blocked : card.post || card.unit || "";
    $("head-sub").className = "";
  }

  about() {
    const { card } = this;
    const role = ROLES.find(([key]) => key === (card.role || "group"))?.[1] || "";
    const state = card.blocked ? WORDS.blocked : card.started ? WORDS.bound : WORDS.notStarted;
    const facts = [[WORDS.role, role], [WORDS.post, card.post], [WORDS.unit, card.unit], [WORDS.state, state],
      [WORDS.members, card.members.map((m) => m.name).join("、")], [WORDS.account, String(card.id)]];
    const rows = facts.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]);
    const commands = card.commands.map(({ command, description }) => el("li", {},
      el("button", { type: "button", onclick: () => this.composer.say(`/${command}`) }, `/${command}`), el("span", {}, description)));
    $("about").replaceChildren(
      el("h2", {}, card.name || card.title), el("dl", {}, ...rows),
      ...(card.hint ? [el("h3", {}, WORDS.hint), el("p", { class: "hint" }, card.hint)] : []),
      ...(commands.length && card.started ? [el("h3", {}, WORDS.commands), el("ul", {}, ...commands)] : []));
  }

  draw() {
    const nodes = [];
    let day = "";
    for (const message of [...this.messages.values()].sort((a, b) => a.message_id - b.message_id)) {
      if (dayKey(message.date) !== day) {
        day = dayKey(message.date);
        nodes.push(el("div", { class: "day" }, dayTitle(message.date, this.clock.now())));
      }
      nodes.push(renderMessage(message, this.actions()));
    }
    $("flow").replaceChildren(...(nodes.length ? nodes : [this.empty()]));
  }

  empty() {
    const { card } = this;
    return el("div", { class: "empty" },
      el("img", { src: "/page/icon.svg", alt: "", width: 48, height: 48 }),
      el("b", {}, this.people.bot?.first_name || WORDS.bot),
      card.hint ? el("p", { class: "hint" }, card.hint) : null,
      el("p", {}, card.started ? WORDS.emptyChat : WORDS.pressStart));
  }

  actions() {
    return {
      inGroup: this.card.type !== "private",
      say: (text) => this.composer.say(text),
      reply: (message) => this.composer.reply(message),
      press: (message, spec, node) => this.press(message, spec, node),
      open: (event, url) => this.openLink(event, url),
      jump: (id) => this.jump(id),
    };
  }

  async press(message, spec, node) {
    if (spec.callback_data === undefined) return;
    node.classList.add("waiting");
    try {
      const answer = await post(`chats/${message.chat.id}/press`, { message_id: message.message_id, data: spec.callback_data });
      if (!answer.answered) toast(WORDS.noAnswer);
      else if (answer.text) (answer.show_alert ? alertBox : toast)(answer.text);
    } catch (error) {
      toast(WORDS.failed + error.message);
    } finally {
      node.classList.remove("waiting");
    }
  }

  openLink(event, url) {
    const start = START_LINK.exec(url);
    if (!start || start[1] !== this.people.bot?.username) return;
    event.preventDefault();
    this.composer.say(`/start ${start[2]}`);
  }

  jump(id) {
    const node = $("flow").querySelector(`[data-id="${Number(id)}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.add("flash");
    setTimeout(() => node.classList.remove("flash"), 1500);
  }

  onMessage({ chat_id: chat, message }) {
    if (chat !== this.id) return;
    const follow = this.atEnd(240) || !message.outgoing;
    const changed = this.messages.has(message.message_id);
    this.messages.set(message.message_id, message);
    if (changed) this.replace(message);
    else this.append(message);
    if (message.outgoing) this.typing(false);
    if (follow) this.toEnd(changed ? "instant" : "smooth");
    if (!document.hidden && message.outgoing) this.read();
    if (!changed && (!this.card.started || message.outgoing)) this.refreshCard();
  }

  append(message) {
    const last = [...this.messages.values()].at(-2);
    if (!last || dayKey(last.date) !== dayKey(message.date)) this.draw();
    else $("flow").append(renderMessage(message, this.actions()));
  }

  replace(message) {
    $("flow").querySelector(`[data-id="${message.message_id}"]`)?.replaceWith(renderMessage(message, this.actions()));
  }

  onDeleted({ chat_id: chat, message_id: id }) {
    if (chat !== this.id || !this.messages.delete(id)) return;
    this.draw();
  }

  onTyping({ chat_id: chat }) {
    if (chat === this.id) this.typing(true);
  }

  typing(on) {
    clearTimeout(this.typingTimer);
    if (!this.card) return;
    if (!on) { this.subtitle(); return; }
    $("head-sub").textContent = WORDS.typing;
    $("head-sub").className = "typing";
    this.typingTimer = setTimeout(() => this.subtitle(), TYPING_SECONDS * 1000);
  }

  read() {
    if (this.id) post(`chats/${this.id}/read`).catch(() => {});
  }

  atEnd(slack) {
    const flow = $("flow");
    return flow.scrollHeight - flow.scrollTop - flow.clientHeight < slack;
  }

  // A phone opens a chat where the person stopped reading.
  toFirstUnread(unread) {
    const flow = $("flow");
    const first = unread ? [...flow.querySelectorAll(".msg.theirs")].at(-unread) : null;
    if (!first) { this.toEnd(); return; }
    const above = first.previousElementSibling?.classList.contains("day") ? first.previousElementSibling : first;
    flow.scrollTo({ top: flow.scrollTop + above.getBoundingClientRect().top - flow.getBoundingClientRect().top - 8, behavior: "instant" });
    $("down").hidden = this.atEnd(160);
  }

  toEnd(behavior = "instant") {
    $("flow").scrollTo({ top: $("flow").scrollHeight, behavior });
  }
}
