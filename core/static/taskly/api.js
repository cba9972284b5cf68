"use strict";

/* Sends what is in the text area as JSON and shows the answer below it. */
document.querySelectorAll("[data-api-send]").forEach((form) => {
  const result = form.querySelector("[data-api-result]");
  const area = form.querySelector("textarea");

  const show = (heading, text, good) => {
    const status = document.createElement("p");
    status.className = `api-status api-status-${good ? "good" : "bad"}`;
    status.textContent = heading;
    result.replaceChildren(status);
    if (text) {
      const body = document.createElement("pre");
      body.className = "api-body";
      body.tabIndex = 0;
      body.textContent = text;
      result.append(body);
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    const method = button?.value ?? "POST";
    if (button?.dataset.confirm && !window.confirm(button.dataset.confirm)) {
      return;
    }
    const headers = {
      Accept: "application/json",
      "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
    };
    const options = { method, headers, credentials: "same-origin" };
    if (method !== "DELETE") {
      try {
        JSON.parse(area.value);
      } catch (error) {
        show(`${result.dataset.notJson} ${error.message}`, "", false);
        return;
      }
      headers["Content-Type"] = "application/json";
      options.body = area.value;
    }
    if (["PATCH", "DELETE", "PUT"].includes(method) && form.dataset.etag) {
      headers["If-Match"] = form.dataset.etag;
    }
    form.querySelectorAll("button").forEach((each) => (each.disabled = true));
    try {
      const response = await fetch(form.action, options);
      const text = await response.text();
      let shown = text;
      try {
        shown = JSON.stringify(JSON.parse(text), null, 2);
      } catch {
        /* Not JSON: shown as it came. */
      }
      show(`HTTP ${response.status} ${response.statusText}`, shown, response.ok);
      if (response.ok && response.headers.get("ETag") && method !== "POST") {
        form.dataset.etag = response.headers.get("ETag");
      }
    } catch {
      show(result.dataset.failed, "", false);
    } finally {
      form.querySelectorAll("button").forEach((each) => (each.disabled = false));
    }
  });
});
