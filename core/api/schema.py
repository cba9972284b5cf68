"""What the OpenAPI document says beyond the serializers: headers, problems, pages.

Every operation names every status that it can answer, so that a client (and a fuzzer) can rely on
there being no other.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from django.utils.translation import override
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from core.api.exports import FORMAT, FORMATS, RENDERERS
from core.api.problems import CONTENT_TYPE

PROBLEM = "Problem"
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "An error, after RFC 9457.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "What clients can rely on."},
        "errors": {
            "type": "object",
            "description": "By field: messages, or the same again for what lies within it "
            "(rows of a list by their index).",
            "additionalProperties": True,
        },
        "request_id": {"type": ["string", "null"]},
    },
    "additionalProperties": True,
}

DESCRIPTIONS = {
    "304": "The copy named by If-None-Match is current.",
    "400": "The input is not valid: `errors` names what is wrong with which field.",
    "401": "Sign in first, or the credentials are not valid.",
    "403": "The caller may see this, but not do this to it.",
    "404": "There is nothing at this address that the caller can see.",
    "406": "No kind of answer that the caller accepts.",
    "409": "A rule of the domain refuses this: `code` says which.",
    "411": "The body came without its length.",
    "412": "If-Match names another version: `current` is the present state.",
    "413": "The body is too large.",
    "415": "The body is not JSON in UTF-8.",
    "422": "The Idempotency-Key was used with another body.",
    "429": "Too many requests: wait as long as Retry-After says.",
    "503": "The database is away or busy; nothing was changed.",
}
HEADERS: dict[str, dict[str, Any]] = {
    "RateLimit": {"description": "What is left.", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "How many a minute.", "schema": {"type": "string"}},
    "Retry-After": {"description": "In seconds.", "schema": {"type": "integer"}},
    "X-Request-ID": {"description": "As it stands in the log.", "schema": {"type": "string"}},
    "ETag": {"description": "The version of the resource.", "schema": {"type": "string"}},
    "Content-Disposition": {
        "description": "The name of the file, where the answer is one.",
        "schema": {"type": "string"},
    },
    "Location": {
        "description": "The address of what was made.",
        "schema": {"type": "string", "format": "uri"},
    },
}
ALWAYS = ("X-Request-ID", "RateLimit", "RateLimit-Policy")

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="A repeat with the same key gets the stored answer, for 24 hours.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Only if the resource still has this ETag.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="304 if the resource still has this ETag.",
)

WHOLE_LIST = OpenApiParameter(
    FORMAT,
    str,
    enum=list(FORMATS),
    description="`csv` and `ndjson` (a JSON object a line) answer with the whole list as one file: "
    "the same filters and order, no pages. `json` is the page that is answered anyway. Accept does "
    "the same: `text/csv`, `application/x-ndjson`.",
)
FILES = {
    "csv": "A header row, then the list's rows. Lists are joined by `; `, objects are JSON, and "
    "texts that a spreadsheet would calculate begin with an apostrophe.",
    "ndjson": "The list's rows, a JSON object a line.",
}


# What the base's own operations say of themselves, with the words for the rows that they are about:
# the name in the list of operations, and what stands below it.
BASE_OPERATIONS = {
    "list": (
        "List {many}.",
        "A page of the {many} that the caller may see, or with `format` all of them as a file.",
    ),
    "retrieve": ("Read one {one}.", "The {one} that the address names."),
    "create": ("Make a new {one}.", "Make a new {one}; answers with it and its address."),
    "partial_update": (
        "Change one {one}.",
        "Only the fields that the body names are written.",
    ),
    "destroy": ("Delete one {one}.", "Delete the {one} that the address names."),
}


class SessionScheme(OpenApiAuthenticationExtension):
    """The site's session, as the document names it."""

    target_class = "core.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class ScopedRelatedFieldSchema(OpenApiSerializerFieldExtension):
    """An id in a body."""

    target_class = "core.api.fields.ScopedRelatedField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, str]:
        return {"type": "string", "format": "uuid"}


class TasklySchema(AutoSchema):
    """drf-spectacular's reading of a view, with what our views all have."""

    def get_summary(self) -> str | None:
        """What the list of operations shows: the first line of what the method says of itself."""
        given = super().get_summary()
        if given is None and (texts := self._texts_of_base()):
            return texts[0]
        lines = (self.get_description() or "").strip().splitlines()
        return given or (lines[0] if lines else None)

    def get_description(self) -> str:
        texts = self._texts_of_base()
        said: str = super().get_description()
        return texts[1] if texts else said

    def _texts_of_base(self) -> tuple[str, str] | None:
        """Summary and description where the view does what the base does, about its own rows.

        How a row is made is said by the view's own part of that, if it says anything. The document
        is English in every language, and so are the names in it.
        """
        action = self._action_of_base()
        if action is None:
            return None
        said = inspect.cleandoc(self.view.create_one.__doc__ or "") if action == "create" else ""
        if said:
            return said.splitlines()[0], said
        meta = self.view.model._meta
        with override("en"):
            names = {"one": str(meta.verbose_name), "many": str(meta.verbose_name_plural)}
        summary, description = BASE_OPERATIONS[action]
        return summary.format(**names), description.format(**names)

    def _action_of_base(self) -> str | None:
        """The view's action where the base carries it out."""
        action = str(getattr(self.view, "action", None))
        carried_out_by = getattr(getattr(self.view, action, None), "__module__", "")
        of_base = action in BASE_OPERATIONS and carried_out_by == "core.api.views"
        return action if of_base else None

    def get_response_serializers(self) -> Any:
        """What is made is answered as it is read, whatever it was made of."""
        if self._action_of_base() == "create":
            return self.view.serializer_class
        return super().get_response_serializers()

    def _has_version(self) -> bool:
        model = getattr(self.view, "model", None)
        return model is not None and any(field.name == "version" for field in model._meta.fields)

    def _is_detail(self) -> bool:
        return "{" in self.path or bool(getattr(self.view, "detail", False))

    def _takes_version(self) -> bool:
        """Whether the operation changes one row: If-Match is about that row."""
        return self.method != "GET" and self._is_detail() and self._has_version()

    def _takes_tag(self) -> bool:
        tagged = getattr(self.view, "tagged_actions", {"retrieve"})
        return self.method == "GET" and getattr(self.view, "action", None) in tagged

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        if self.method == "POST":
            parameters.append(IDEMPOTENCY_KEY)
        if self._takes_version():
            parameters.append(IF_MATCH)
        if self._takes_tag():
            parameters.append(IF_NONE_MATCH)
        if self._is_whole_list():
            parameters.append(WHOLE_LIST)
        return parameters

    def _is_whole_list(self) -> bool:
        asked = getattr(self.view, "is_whole_list", None)
        return self.method == "GET" and asked is not None and asked()

    def _problem_statuses(self) -> set[str]:
        statuses = {"400", "401", "403", "404", "406", "429", "503"}
        if self._takes_tag():
            statuses.add("304")
        if self.method != "GET":
            statuses |= {"409", "411", "413"}
        if self.method in ("POST", "PUT", "PATCH"):
            statuses.add("415")
        if self.method == "POST":
            statuses.add("422")
        if self._takes_version():
            statuses.add("412")
        return statuses

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for status, body in bodies.items():
            names = list(ALWAYS)
            if status == "201" or (status == "200" and self._takes_tag()):
                names += ["ETag", "Location"] if status == "201" else ["ETag"]
            if status == "200" and self._is_whole_list():
                names.append("Content-Disposition")
                for renderer in RENDERERS:
                    schema = {"type": "string", "description": FILES[renderer.format]}
                    body["content"][renderer.media_type] = {"schema": schema}
            body.setdefault("headers", {}).update(header_references(names))
        for status in sorted(self._problem_statuses() - set(bodies)):
            bodies[status] = {"$ref": f"#/components/responses/{PROBLEM}{status}"}
        return bodies


def header_references(names: Iterable[str]) -> dict[str, Any]:
    """Headers of an answer, by reference to what `postprocess` adds."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def problem_responses() -> dict[str, Any]:
    """The answer for each status that isn't a success, once for all operations."""
    responses: dict[str, Any] = {}
    for status, description in DESCRIPTIONS.items():
        names = [*ALWAYS, "Retry-After"] if status in ("429", "503") else list(ALWAYS)
        response: dict[str, Any] = {"description": description, "headers": header_references(names)}
        if status != "304":
            reference = {"$ref": f"#/components/schemas/{PROBLEM}"}
            response["content"] = {CONTENT_TYPE: {"schema": reference}}
        responses[f"{PROBLEM}{status}"] = response
    return responses


def postprocess(result: dict[str, Any], generator: Any, request: Any, public: bool) -> Any:
    """Add the problem document, and say that bodies take no other members than those named."""
    components = result.setdefault("components", {})
    components["headers"] = HEADERS
    components["responses"] = problem_responses()
    schemas = components.setdefault("schemas", {})
    schemas[PROBLEM] = PROBLEM_SCHEMA
    for name, schema in schemas.items():
        if name.endswith("Request") and schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return result
