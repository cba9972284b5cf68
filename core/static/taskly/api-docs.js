"use strict";

/* Starts Swagger UI; called with this installation's settings by the next script. */
function startDocs(options, csrf) {
  const token = () =>
    document.cookie
      .split("; ")
      .find((pair) => pair.startsWith(`${csrf.cookie}=`))
      ?.slice(csrf.cookie.length + 1) ?? "";
  window.ui = SwaggerUIBundle({
    ...options,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    requestInterceptor: (request) => {
      const own = new URL(request.url, location.href).origin === location.origin;
      if (own && !["GET", undefined].includes(request.method)) {
        request.headers[csrf.header] = token();
      }
      return request;
    },
  });
}
