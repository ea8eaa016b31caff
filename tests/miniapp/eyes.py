"""眼睛 eyes:在页面里量字与底的反差、按钮的大小,给浏览器测试用。"""

from __future__ import annotations

CONTRAST = """() => {
  const lum = c => { const f = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * f[0] + .7152 * f[1] + .0722 * f[2]; };
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e);
    if (c.backgroundImage.includes("gradient")) return rgb(c.backgroundImage.match(/rgb\\([^)]*\\)/)[0]);
    const m = rgb(c.backgroundColor); if (m.length < 4 || m[3] > 0) return m.slice(0, 3); } return [255, 255, 255]; };
  const faint = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), e = walk.currentNode.parentElement;
    if (!text || !e.offsetParent || e.closest("svg, script, :disabled, input:disabled + span")) continue;
    const a = lum(rgb(getComputedStyle(e).color).slice(0, 3)), b = lum(behind(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) faint.add(`${text.slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return [...faint];
}"""
"""看不清的字:反差不到 4.5:1 的(灰掉的按钮不算)。"""

SMALL = """() => [...document.querySelectorAll(
  "main .btn, main button, main select, main input:not([type=hidden]):not([type=radio]), main a.cell")]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))"""
"""太小的按钮:高不到 44 像素的。"""
