// 钉钉网页容器给页面的 window.dd;沙箱在 /m/** 的网页里代为提供,小程序自己的代码里没有它。
(() => {
  const cookie = (name) => {
    const hit = document.cookie.split("; ").find((row) => row.startsWith(name + "="));
    return hit ? decodeURIComponent(hit.slice(name.length + 1)) : "";
  };
  const tell = (name, value) => {
    if (window.parent !== window) window.parent.postMessage({ dd: name, ...value }, location.origin);
  };
  const settle = (promise, options) => {
    promise.then(
      (value) => options && options.onSuccess && options.onSuccess(value),
      (error) => options && options.onFail && options.onFail(error),
    );
    return promise;
  };
  const call = (name, work) => (options = {}) => settle(Promise.resolve().then(() => work(options, name)), options);
  const authCode = async () => {
    const answer = await fetch("/_sandbox/api/authcode", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ userid: cookie("sandbox_user") }),
    });
    const body = await answer.json();
    if (!answer.ok) throw { errorCode: body.error, errorMessage: body.say };
    return body;
  };
  const setTitle = (options) => {
    document.title = options.title || document.title;
    tell("setNavigationTitle", { title: document.title });
    return {};
  };
  const closePage = () => { tell("closePage", {}); return {}; };
  const showToast = (options) => { tell("showToast", { content: options.content || options.text || "" }); return {}; };
  const confirmBox = (options) => {
    const yes = window.confirm([options.title, options.message || options.content].filter(Boolean).join("\n"));
    return { buttonIndex: yes ? 1 : 0, ok: yes };
  };
  const alertBox = (options) => { window.alert(options.message || options.content || ""); return {}; };
  const back = () => { history.back(); return {}; };
  const openLink = (options) => { tell("openLink", { url: options.url || "" }); return {}; };
  const copy = (options) => { navigator.clipboard && navigator.clipboard.writeText(options.text || ""); return {}; };

  window.dd = {
    env: { platform: "sandbox", version: "8.0.0" },
    version: "8.0.0",
    ready: (work) => work(),
    error: () => {},
    config: () => {},
    requestAuthCode: call("requestAuthCode", authCode),
    setNavigationTitle: call("setNavigationTitle", setTitle),
    closePage: call("closePage", closePage),
    quitPage: call("quitPage", closePage),
    goBackPage: call("goBackPage", back),
    showToast: call("showToast", showToast),
    confirm: call("confirm", confirmBox),
    alert: call("alert", alertBox),
    openLink: call("openLink", openLink),
    copyToClipboard: call("copyToClipboard", copy),
    runtime: { permission: { requestAuthCode: call("requestAuthCode", authCode) } },
    biz: {
      navigation: {
        setTitle: call("setTitle", setTitle),
        close: call("close", closePage),
        goBack: call("goBack", back),
      },
      util: { openLink: call("openLink", openLink) },
    },
    device: {
      notification: {
        toast: call("toast", showToast),
        confirm: call("confirm", confirmBox),
        alert: call("alert", alertBox),
      },
    },
  };
})();
