// The foot of the chat: writing, replying, correcting, the "/" menu, files, the bot's keyboard.
import { post, upload } from "./api.js";
import { $, el, toast } from "./dom.js";
import { senderName, summary } from "./message.js";
import { WORDS } from "./words.js";

const coarse = matchMedia("(pointer: coarse)");

export class Composer {
  constructor() {
    this.chat = null;
    this.target = null;
    this.editing = false;
    $("write").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    $("text").addEventListener("input", () => { this.grow(); this.suggest(); });
    $("text").addEventListener("keydown", (event) => this.key(event));
    $("slash").addEventListener("click", () => this.toggleMenu());
    $("file").addEventListener("change", () => this.attach());
    $("context-close").addEventListener("click", () => this.clear());
    $("context-edit").addEventListener("click", () => this.startEdit());
    $("start").addEventListener("click", () => this.begin());
    document.addEventListener("click", (event) => {
      if (!event.target.closest("#menu, #slash, #text")) $("menu").hidden = true;
    });
  }

  show(chat) {
    if (this.chat?.id !== chat.id) { this.clear(); $("text").value = ""; this.grow(); }
    this.chat = chat;
    const fresh = chat.type === "private" && !chat.started;
    $("start").hidden = !fresh;
    $("write").hidden = fresh;
    $("slash").hidden = !chat.commands.length;
    this.keyboard(chat.keyboard);
  }

  keyboard(markup) {
    const rows = markup?.keyboard || [];
    $("keyboard").hidden = !rows.length;
    $("keyboard").replaceChildren(...rows.map((row) => el("div", {}, ...row.map((key) => {
      const text = key.text || key;
      return el("button", { type: "button", onclick: () => this.say(text) }, text);
    }))));
  }

  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      toast(WORDS.failed + error.message);
      return null;
    }
  }

  say(text, extra = {}) {
    return this.attempt(() => post(`chats/${this.chat.id}/send`, { text, ...extra }));
  }

  begin() {
    return this.say(`/start ${this.chat.start || ""}`.trim());
  }

  async submit() {
    const text = $("text").value.trim();
    if (!text) return;
    const { target, editing, chat } = this;
    $("text").value = "";
    $("menu").hidden = true;
    this.clear();
    this.grow();
    const sent = editing
      ? await this.attempt(() => post(`chats/${chat.id}/edit`, { message_id: target.message_id, text }))
      : await this.say(text, target ? { reply_to_message_id: target.message_id } : {});
    if (!sent && !$("text").value) { $("text").value = text; this.grow(); }
  }

  async attach() {
    const file = $("file").files[0];
    if (!file) return;
    const kind = /^image\/(png|jpeg)$/.test(file.type) ? "photo" : "document";
    const fields = { kind, caption: $("text").value.trim(), reply_to_message_id: this.target?.message_id };
    const sent = await this.attempt(() => upload(`chats/${this.chat.id}/send`, file, fields));
    if (sent) { $("text").value = ""; this.clear(); this.grow(); }
    $("file").value = "";
  }

  reply(message) {
    this.target = message;
    this.editing = false;
    this.context(`${WORDS.reply} ${senderName(message)}`, summary(message));
    $("context-edit").hidden = message.outgoing || !message.text;
    if (!coarse.matches) $("text").focus();
  }

  startEdit() {
    this.editing = true;
    this.context(WORDS.editing, summary(this.target));
    $("context-edit").hidden = true;
    $("text").value = this.target.text;
    this.grow();
    $("text").focus();
  }

  context(title, text) {
    $("context-title").textContent = title;
    $("context-text").textContent = text;
    $("context").hidden = false;
  }

  clear() {
    this.target = null;
    this.editing = false;
    $("context").hidden = true;
  }

  key(event) {
    if (event.key === "Escape") { $("menu").hidden = true; this.clear(); }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || coarse.matches) return;
    event.preventDefault();
    this.submit();
  }

  suggest() {
    const text = $("text").value;
    if (/^\/\w*$/.test(text)) this.menu(text.slice(1));
    else $("menu").hidden = true;
  }

  toggleMenu() {
    if ($("menu").hidden) this.menu("");
    else $("menu").hidden = true;
  }

  menu(prefix) {
    const commands = this.chat.commands.filter(({ command }) => command.startsWith(prefix));
    $("menu").hidden = !commands.length;
    $("menu").replaceChildren(...commands.map(({ command, description }) => el("button", {
      type: "button", role: "option",
      onclick: () => { $("menu").hidden = true; $("text").value = ""; this.say(`/${command}`); },
    }, el("b", {}, `/${command}`), el("span", {}, description))));
  }

  grow() {
    const box = $("text");
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 150)}px`;
  }
}
