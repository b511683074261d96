// What the app promises to inspectors, in its own words.
import { h, icon } from "../dom.js";
import { state } from "../state.js";
import { t } from "../words.js";

export const view = async () => ({
  title: t("app.promises_title"), back: state.session ? "#/" : "#/unlock",
  body: h("div", { class: "narrow" }, h("p", { class: "lede" }, t("app.promises_lede")), h("ol", { class: "promises" }, [1, 2, 3, 4, 5, 6, 7, 8].map((n) => h("li", {}, icon("check"), h("p", {}, t("app.promise_" + n))))), h("p", { class: "hint" }, t("app.promises_privacy"))),
});
