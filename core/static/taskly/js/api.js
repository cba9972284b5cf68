/*
 * The REST API from a page: same rights, same refusals. Every call answers `{status, data, etag}`
 * or throws: `Refusal` for what the server refused, `Unreached` where no answer came.
 */
import { gettext } from "./words.js";

const UNREACHED = () => gettext("The server can't be reached. Your change was not saved.");

/** A refusal of the server, as its problem document tells it. */
export class Refusal extends Error {
  constructor(status, problem, retryAfter) {
    super(Refusal.sentence(status, problem));
    this.name = "Refusal";
    this.status = status;
    this.code = problem.code ?? "";
    this.errors = problem.errors ?? {};
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** What to tell the person: the sentences about the fields, or else the refusal's own. */
  static sentence(status, problem) {
    // Many cards changed alike are refused alike: each sentence is said once.
    const sentences = new Set();
    const collect = (value) => {
      if (typeof value === "string") {
        sentences.add(value);
      } else if (value && typeof value === "object") {
        Object.values(value).forEach(collect);
      }
    };
    collect(problem.errors ?? {});
    // What stands before the server answers these without a document of ours.
    const otherwise = [502, 503, 504].includes(status) ? UNREACHED() : gettext("That could not be done.");
    return [...sentences].join(" ") || problem.detail || problem.title || otherwise;
  }
}

/** No answer came: the connection is lost, or the server is not there. */
export class Unreached extends Error {
  constructor() {
    super(UNREACHED());
    this.name = "Unreached";
    this.status = 0;
  }
}

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

/**
 * Call the API. `path` is under /api/v1/ ("cards/…/move/"), or a whole path from "/".
 * `body` is sent as JSON; `match` is the version that a change is based on (If-Match), `tag` the
 * ETag of what is known already (an unchanged answer has status 304 and no data).
 */
export const call = async (method, path, { body, match, tag, key, signal } = {}) => {
  // The log says of what a page's script does that it was done on the web.
  const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };
  if (method !== "GET") {
    headers["X-CSRFToken"] = token();
  }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  if (match) {
    headers["If-Match"] = match;
  }
  if (tag) {
    headers["If-None-Match"] = tag;
  }
  if (key) {
    headers["Idempotency-Key"] = key;
  }
  let response;
  let text;
  try {
    response = await fetch(path.startsWith("/") ? path : `/api/v1/${path}`, {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      // What is current is asked for by its ETag; the browser's own cache would answer 200.
      cache: "no-store",
    });
    text = response.status === 304 ? "" : await response.text();
  } catch (error) {
    if (error.name === "AbortError") {
      throw error;
    }
    throw new Unreached();
  }
  let data = null;
  if (text) {
    try {
      data = JSON.parse(text);
    } catch {
      data = null;
    }
  }
  if (!response.ok && response.status !== 304) {
    throw new Refusal(
      response.status,
      data ?? {},
      Number(response.headers.get("Retry-After")) || null,
    );
  }
  return { status: response.status, data, etag: response.headers.get("ETag") };
};

/** All pages of a list, one after the other. */
export const everything = async (path, { signal } = {}) => {
  const found = [];
  for (let next = path; next; ) {
    const { data } = await call("GET", next, { signal });
    found.push(...data.results);
    next = data.next ? new URL(data.next, location.href) : null;
    next = next && next.pathname + next.search;
  }
  return found;
};
