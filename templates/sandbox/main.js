// Puts the page together: list, chat, clock, live events, address.
import { get, listen } from "./api.js";
import { Chat } from "./chat.js";
import { Clock } from "./clock.js";
import { Composer } from "./composer.js";
import { $, toast } from "./dom.js";
import { Faults } from "./faults.js";
import { People } from "./people.js";
import { WORDS } from "./words.js";

const clock = new Clock();
const people = new People((id) => { location.hash = `chat=${id}`; }, clock.now);
const composer = new Composer();
const chat = new Chat(composer, clock, people);
const faults = new Faults(() => people.find(chatInAddress()), (id) => people.find(id));

function chatInAddress() {
  return Number(new URLSearchParams(location.hash.slice(1)).get("chat")) || 0;
}

async function follow() {
  const id = chatInAddress();
  people.selected = id;
  people.draw();
  document.body.classList.toggle("in-chat", Boolean(id));
  if (!id) { chat.close(); return; }
  try {
    await chat.open(id);
  } catch (error) {
    toast(WORDS.failed + error.message);
    location.hash = "";
  }
}

async function reload() {
  const [list, time, trouble] = await Promise.all([get("people"), get("clock"), get("faults")]);
  clock.take(time);
  faults.take(trouble);
  people.load(list);
  await follow();
}

function onMessage(event) {
  if (event.message.outgoing && !event.message.edit_date) clock.arrived += 1;
  const open = event.chat_id === chat.id && !document.hidden;
  const person = people.find(event.chat_id);
  const newest = !person?.last || person.last.message_id <= event.message.message_id;
  people.note(event.chat_id, { unread: open ? 0 : event.unread, ...(newest ? { last: event.message } : {}) });
  chat.onMessage(event);
}

async function reloadPeople() {
  people.load(await get("people"));
  await chat.refreshCard();
}

$("back").addEventListener("click", () => { location.hash = ""; });
addEventListener("hashchange", follow);
document.addEventListener("visibilitychange", () => { if (!document.hidden) chat.read(); });

listen({
  hello: () => reload().catch((error) => toast(WORDS.failed + error.message)),
  message: onMessage,
  edited: onMessage,
  deleted: (event) => { people.note(event.chat_id, { unread: event.unread }); chat.onDeleted(event); },
  typing: (event) => chat.onTyping(event),
  read: (event) => people.note(event.chat_id, { unread: event.unread }),
  people: reloadPeople,
  commands: () => chat.refreshCard(),
  clock: (state) => clock.take(state),
  faults: (state) => faults.take(state),
}, () => toast(WORDS.offline));
