/*
 * Who is signed in, and what they may do, read anew from the page's own address: somebody signed in
 * again in another tab, or was given another role, while this page stayed open.
 */
import { Refusal, Unreached } from "../js/api.js";

const TOKEN = "input[name=csrfmiddlewaretoken]";

/** The data that a page was given by its server, wherever they stand in it. */
const dataOf = (page) =>
  [...page.querySelectorAll("script[type='application/json']")]
    .map((each) => JSON.parse(each.textContent))
    .find((each) => each?.me);

/**
 * The page's data as they are now (`me`, `may`). Where it is still `me` who is signed in, the
 * token that signing in has changed is taken over, so that changes are accepted again.
 */
export const readAnew = async (me) => {
  let response;
  let text;
  try {
    response = await fetch(location.pathname, { credentials: "same-origin", cache: "no-store" });
    text = await response.text();
  } catch {
    throw new Unreached();
  }
  // Who is signed out is led to the form for signing in.
  if (!response.ok || response.redirected) {
    throw new Refusal(response.redirected ? 401 : response.status, {});
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  const data = dataOf(page);
  if (!data) {
    throw new Refusal(404, {});
  }
  if (data.me === me) {
    const { value } = page.querySelector(TOKEN);
    document.querySelectorAll(TOKEN).forEach((field) => field.setAttribute("value", value));
  }
  return data;
};
