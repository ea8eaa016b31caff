// 免登：向钉钉要一次性授权码，换成会话，再去要去的页面。不在钉钉里就说清楚怎么办。
(() => {
  "use strict";
  const box = document.getElementById("enter");
  const { corpId, clientId, to } = box.dataset;
  const say = box.querySelector(".enter-say");
  const how = box.querySelector(".enter-how");
  const retry = box.querySelector("[data-retry]");
  const stop = (text, hint) => {
    say.textContent = text;
    how.textContent = hint || "";
    how.hidden = !hint;
    retry.hidden = false;
  };
  const outside = () => stop("请在钉钉里打开本页", "登录要用您的钉钉身份。请打开钉钉，在工作台里点“人事助手”，或点聊天里的链接。");
  const spare = (to) => (to.startsWith("/m/") ? to : "/m/");

  const exchange = async (code) => {
    let answer;
    try {
      answer = await fetch("/m/login", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ code }),
      });
    } catch {
      stop("网络不通，没能登录", "请检查网络后再试一次。");
      return;
    }
    if (answer.ok) { location.replace(spare(to)); return; }
    const body = await answer.json().catch(() => ({}));
    stop(body.say || "没能登录", "");
  };

  const enter = () => {
    retry.hidden = true;
    how.hidden = true;
    say.textContent = "正在用您的钉钉身份登录…";
    const dd = window.dd;
    if (!dd || typeof dd.requestAuthCode !== "function" || (dd.env && dd.env.platform === "notInDingTalk")) {
      outside();
      return;
    }
    let done = false;
    const onSuccess = (got) => { if (!done && got && got.code) { done = true; exchange(got.code); } };
    const onFail = (error) => {
      if (done) return;
      done = true;
      stop("钉钉没有给出登录授权", (error && (error.errorMessage || error.message)) || "请关掉页面重新打开；还不行请联系 HR。");
    };
    Promise.resolve(dd.requestAuthCode({ corpId, clientId, onSuccess, onFail })).then(onSuccess, onFail);
  };
  retry.addEventListener("click", enter);
  enter();
})();
