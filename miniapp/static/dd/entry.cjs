// 钉钉网页 JSAPI 的最小一份:免登、标题、关页。已经有 window.dd(钉钉客户端或容器给的)就不动它。重打见同目录 README.md。
const dd = require("dingtalk-jsapi/core");
require("dingtalk-jsapi/platform/android");
require("dingtalk-jsapi/platform/ios");
require("dingtalk-jsapi/platform/harmony");
require("dingtalk-jsapi/platform/pc");
const { requestAuthCode$ } = require("dingtalk-jsapi/api/union/requestAuthCode");
const { setNavigationTitle$ } = require("dingtalk-jsapi/api/union/setNavigationTitle");
const { closePage$ } = require("dingtalk-jsapi/api/union/closePage");
if (!window.dd) {
  window.dd = Object.assign({}, dd, {
    requestAuthCode: requestAuthCode$,
    setNavigationTitle: setNavigationTitle$,
    closePage: closePage$,
  });
}
