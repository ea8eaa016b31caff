/**
 * 开关 toggle:一个有名字的拨动开关。
 */
import { h } from "./dom.js";

export function toggle(label, checked, onChange, note = "") {
  const input = h("input", { type: "checkbox", role: "switch", checked, on: { change: () => onChange(input.checked) } });
  return h("label", { class: "toggle" }, input, h("span", { class: "track", "aria-hidden": "true" }), h("span", { class: "toggle-words" }, label, note && h("small", {}, note)));
}
