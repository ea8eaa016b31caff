// 页面的小动作：金额的遮与显、日期旁的星期、边填边看、防连点、拒绝必填理由。没有内联脚本，不连外面。
(() => {
  "use strict";
  const all = (css, root = document) => [...root.querySelectorAll(css)];
  const WEEK = "日一二三四五六";

  // 标题告诉钉钉的导航栏
  if (window.dd && typeof dd.setNavigationTitle === "function") {
    Promise.resolve(dd.setNavigationTitle({ title: document.title })).catch(() => {});
  }

  // 金额：默认遮住；点过之后，本人在同一个月的页面里不用再点
  const shownKey = () => `show:${document.body.dataset.who}:${location.pathname.split("/").slice(0, 4).join("/")}`;
  const paint = (shown) => {
    document.body.classList.toggle("masked", !shown);
    all("[data-reveal]").forEach((button) => {
      button.setAttribute("aria-pressed", String(shown));
      button.querySelector("span").textContent = shown ? "隐藏金额" : "显示金额";
    });
  };
  if (document.body.classList.contains("pay")) {
    paint(sessionStorage.getItem(shownKey()) === "1");
    document.addEventListener("click", (event) => {
      if (!event.target.closest("[data-reveal]")) return;
      const shown = document.body.classList.contains("masked");
      sessionStorage.setItem(shownKey(), shown ? "1" : "0");
      paint(shown);
    });
    // 从前进后退缓存里回来：重新向服务器要，不用旧的
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  // 日期旁边写上中文与星期
  const sayDate = (input) => {
    const out = document.querySelector(`[data-says="${input.id}"]`);
    if (!out) return;
    const [y, m, d] = input.value.split("-").map(Number);
    out.textContent = y ? `${m}月${d}日(周${WEEK[new Date(y, m - 1, d).getDay()]})` : "";
  };
  all("input[type=date]").forEach((input, n) => {
    if (!input.id) input.id = `date-${n}`;
    if (!document.querySelector(`[data-says="${input.id}"]`)) {
      const say = document.createElement("span");
      say.className = "date-say";
      say.dataset.says = input.id;
      input.after(say);
    }
    sayDate(input);
    input.addEventListener("input", () => sayDate(input));
  });

  // 边填边看：停手半秒、必填的都填了，才去问
  const looking = (form, ready) => {
    let timer = 0;
    const look = () => {
      clearTimeout(timer);
      timer = setTimeout(() => { if (ready()) htmx.trigger("#preview", "look"); }, 450);
    };
    form.addEventListener("input", look);
    form.addEventListener("change", look);
    look();
  };
  const leave = document.querySelector("[data-leave]");
  if (leave) {
    const { type, start, end } = leave.elements;
    const byHour = () => leave.elements.unit.value === "hour";
    const arrange = () => {
      const unit = type.selectedOptions[0] && type.selectedOptions[0].dataset.unit;
      all("[name=unit]", leave).forEach((radio) => {
        radio.disabled = radio.value === "hour" && Boolean(unit) && unit !== "hour";
        if (radio.disabled && radio.checked) leave.elements.unit.value = "day";
      });
      all("[data-hour]", leave).forEach((input) => { input.hidden = !byHour(); });
      all("[data-day]", leave).forEach((input) => { input.hidden = byHour(); });
    };
    start.addEventListener("input", () => {
      if (start.value && (!end.value || end.value < start.value)) { end.value = start.value; sayDate(end); }
      end.min = start.value;
    });
    leave.addEventListener("change", arrange);
    arrange();
    looking(leave, () => type.value && start.value && end.value);
    leave.addEventListener("submit", (event) => event.preventDefault());
  }
  const goal = document.querySelector("[data-look]");
  if (goal) looking(goal, () => goal.elements.value.value.trim() && goal.elements.effective_on.value);

  // 拒绝必须写理由:按下按钮时才判,同意不受影响
  all("[data-decide] button").forEach((button) => button.addEventListener("click", () => {
    const reason = button.form.elements.reason;
    const lacking = button.value === "reject" && !reason.value.trim();
    reason.setCustomValidity(lacking ? "拒绝需要写明理由，申请人会看到。" : "");
  }));
  all("[data-decide] [name=reason]").forEach((input) => input.addEventListener("input", () => input.setCustomValidity("")));
  all("[data-confirm]").forEach((form) => form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  }));
  all("[data-hides]").forEach((radio) => {
    const target = document.getElementById(radio.dataset.hides);
    radio.form.addEventListener("change", () => { target.hidden = radio.checked; });
  });

  // 文件太大当场说，不必等传完
  all("input[type=file]").forEach((input) => input.addEventListener("change", () => {
    const large = [...input.files].some((file) => file.size > 8 * 1024 * 1024);
    input.setCustomValidity(large ? "文件超过 8 MB。请删去图片与用不到的表，或拆成几份。" : "");
    input.reportValidity();
  }));

  // 防连点：交出去之后按钮变灰(服务器那边同一份表单也只办一次)
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const button = event.submitter;
    if (button && !("again" in button.dataset)) setTimeout(() => { button.disabled = true; button.setAttribute("aria-busy", "true"); }, 0);
  });
  addEventListener("pageshow", () => all("[aria-busy=true]").forEach((button) => {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }));
})();
