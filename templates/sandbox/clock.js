// The rehearsal clock above everything.
import { post } from "./api.js";
import { $, el, toast } from "./dom.js";
import { clockTime, longDay, setZone, stopDay } from "./times.js";
import { STOPS, WORDS } from "./words.js";

export class Clock {
  constructor() {
    this.offset = 0;
    this.state = { stops: [], busy: false };
    this.asked = "";
    this.arrived = 0;
    setInterval(() => this.tick(), 1000);
  }

  now = () => Date.now() / 1000 + this.offset;

  take(state) {
    this.state = state;
    this.offset = Date.parse(state.now) / 1000 - Date.now() / 1000;
    setZone(state.timezone);
    if (!state.busy) this.asked = "";
    this.tick();
    this.draw();
  }

  tick() {
    $("clock-date").textContent = longDay(this.now());
    $("clock-time").textContent = clockTime(this.now());
  }

  draw() {
    const { busy, rehearsal, stops } = this.state;
    $("clock").classList.toggle("busy", busy);
    $("clock-note").textContent = busy ? WORDS.busy : rehearsal ? "" : WORDS.realTime;
    $("clock-stops").replaceChildren(...stops.map((stop) => this.button(stop, busy)));
  }

  button(stop, busy) {
    const label = STOPS[stop.key] || stop.key;
    const node = el("button", {
      type: "button", "data-stop": stop.key, disabled: busy, class: this.asked === stop.key ? "asked" : "",
    }, el("b", {}, label), el("small", {}, stopDay(Date.parse(stop.at) / 1000)));
    node.addEventListener("click", () => this.move(stop.key));
    return node;
  }

  async move(key) {
    this.asked = key;
    this.arrived = 0;
    this.state = { ...this.state, busy: true };
    this.draw();
    try {
      this.take(await post("clock", { to: key }));
      toast(WORDS.arrived(this.arrived));
    } catch (error) {
      this.asked = "";
      this.state = { ...this.state, busy: false };
      this.draw();
      toast(WORDS.failed + error.message);
    }
  }
}
