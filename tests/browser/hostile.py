"""Hostile texts in every field that takes one, and what to look for on a page that shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, models, transaction

from activity.models import InboxItem
from boards.models import Board
from cards.models import Card
from core.acting import acting
from core.models import BaseModel, EventLog
from tests.walks import each
from workspaces.models import User

# What a page runs sets `window.hacked`. Texts begin and end with brackets of their own, so that a
# page's words around them are told apart, and have the word "hostile", for searches to find.
SHORTEST = "⟪<svg/onload=hacked=1>\u202eA{{7*7}}Z⟫"
SHORT = "⟪hostile \"'><script>hacked=1</script><img src=x onerror=hacked=1>\u202eA{{7*7}}Z⟫"
TRICKS = (
    "<script>window.hacked=1</script>",
    "</script><script>window.hacked=1</script>",
    "</title></style></textarea></noscript><svg onload=window.hacked=1>",
    '"><img src=x onerror=window.hacked=1>',
    "' autofocus onfocus='window.hacked=1' onmouseover='window.hacked=1",
    "<svg><a xlink:href='javascript:window.hacked=1'><text>x</text></a><script>hacked=1</script>",
    "<math><mtext><table><mglyph><style><img src onerror=hacked=1></style></mglyph></table>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe><object data=data:text/html,x>",
    "<form action=javascript:hacked=1><button formaction=javascript:hacked=1>x</button></form>",
    "<style>*{background:url(https://evil.example/css)}</style> x{} @import 'https://evil.example'",
    "<link rel=stylesheet href=https://evil.example/x.css><base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "[link](javascript:window.hacked=1) [link](JaVaScRiPt&#58;hacked=1) [x](vbscript:hacked=1)",
    "[data](data:text/html;base64,PHNjcmlwdD5oYWNrZWQ9MTwvc2NyaXB0Pg==)",
    "![image](https://evil.example/pixel.png) ![x](javascript:hacked=1) ![x](data:image/svg+xml,x)",
    '[title](https://evil.example "\\" onmouseover=\\"hacked=1") <javascript:hacked=1>',
    "<https://evil.example/auto> https://evil.example/bare javascript:hacked=1",
    "[ref][1]\n\n[1]: javascript:hacked=1\n[2]: data:text/html,x\n\n[![n](x)](javascript:hacked=1)",
    "- [ ] <input onfocus=hacked=1 autofocus>\n> > `</code><script>hacked=1</script>`",
    "```html onload=hacked=1\n</code></pre><script>hacked=1</script>\n```",
    "A{{7*7}}Z {% load static %} ${7*7} #{7*7} <%= 7*7 %> %(actor)s %s \\x00 {0} {}",
    "\u202etxet desrever\u202c \u2066isolate\u2069\u2069\u2069 \u2067\u202e \u200f\u200b\ufeff",
    "\u202d\u202a\u202b never closed \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308",
    "Z\u0338\u0321\u0313a\u0301\u0301\u0301\u0301l\u0327",
    "W" * 500,
)
ADDRESS = 'https://evil.example/"><script>hacked=1</script><svg/onload=hacked=1>/\u202e'

# Not texts that people write: secrets, and what the database keeps from others.
NOT_TEXTS = {"password", "token_hash", "prefix", "webhook_secret", "github_access_token"}
# What takes no hostile text at all, since it has a form: `fill` tries the shortest, too.
OF_A_FORM = {
    "integrations.GitRepository.full_name",
    "workspaces.Workspace.key",
    "workspaces.User.email",
    "workspaces.WorkspaceInvitation.email",
}


def texts(limit: int | None, number: int) -> Iterator[str]:
    """Hostile texts of at most `limit` characters, the worst first, no two alike."""
    everything = "⟪hostile " + "\n\n".join(TRICKS) + f" {number}⟫"
    for text in (
        everything,
        SHORT.replace("⟫", f"{number}⟫"),
        ADDRESS + str(number),
        SHORTEST.replace("⟫", f"{number}⟫"),
        f"⟪<svg/onload=hacked=1>{number}⟫",
    ):
        if limit is None or len(text) <= limit:
            yield text


def furnish(workspace: Any, person: Any) -> tuple[dict[str, str], set[str]]:
    """One of everything in a workspace, with hostile texts in every field of every row there is.

    Answers the ids by kind, and the fields that took none of the texts.
    """
    ids: dict[str, Any] = {}
    with transaction.atomic():
        for make in each("tenant"):
            ids |= make(ids, workspace, person)
    refused: set[str] = set()
    number = 0
    with acting(person, "things.renamed"):
        for model in apps.get_models():
            if not issubclass(model, BaseModel):
                continue
            for row in model._default_manager.all():
                for field in model._meta.concrete_fields:
                    number += 1
                    if is_text(field) and not fill(row, field, number):
                        refused.add(f"{model._meta.label}.{field.name}")
                    elif isinstance(field, models.JSONField | ArrayField):
                        fill_structured(row, field.name, number)
    concern(workspace.created_by, ids)
    return {kind: str(identifier) for kind, identifier in ids.items()}, refused


def is_text(field: Any) -> bool:
    return (
        isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in NOT_TEXTS
    )


def fill(row: Any, field: Any, number: int) -> bool:
    """Put the worst text that a field takes into it."""
    return any(write(row, {field.name: text}) for text in texts(field.max_length, number))


def write(row: Any, values: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**values)
    except DatabaseError:
        return False
    return True


def fill_structured(row: Any, name: str, number: int) -> None:
    """The texts within lists and objects; each kind has a form of its own."""
    short = SHORT.replace("⟫", f"{number}⟫")
    everything = next(texts(None, number))
    if isinstance(row, Board):
        columns = Board.objects.values_list("columns", flat=True).get(pk=row.pk)
        names = [{**each, "name": f"{place}{SHORT}"[:100]} for place, each in enumerate(columns)]
        assert write(row, {name: names})
    elif isinstance(row, Card):
        label = {"id": f"label-{number}", "name": SHORTEST.replace("⟫", f"{number}⟫")}
        metadata = {
            "labels": [{**label, "color": "#b42318"}],
            "acceptance_criteria": everything,
            short: {short: [everything, 7]},
        }
        assert write(row, {name: metadata})
    elif name == "participants":
        people = [{"name": short, "role": short, "email": "x@example.com"}]
        assert write(row, {name: people}) or write(row, {name: [{"name": short}]})
    elif name == "assigned_teams":
        assert write(row, {name: [short]})
    elif name in ("impacts", "consensus", "anomalies"):
        assert write(row, {name: {short: [everything, {short: short}]}})
    else:
        assert name in ("mentions",), f"{type(row).__name__}.{name} has no hostile text yet"


def concern(person: User, ids: dict[str, Any]) -> None:
    """What concerns a person, of every kind."""
    for kind, place, reason in (
        ("comment", {"card_id": ids["card"]}, "mention"),
        ("card", {"card_id": ids["card"]}, "mention"),
        ("message", {"channel_id": ids["channel"]}, "answer"),
    ):
        entry = EventLog.objects.filter(entity_id=ids[kind]).latest("pk")
        InboxItem.objects.create(
            user=person, event_id=entry.pk, reason=reason, workspace_id=entry.workspace_id, **place
        )


# What is wrong with a page, as far as its elements and texts say it.
FAULTS = r"""
() => {
  const faults = new Set();
  if (window.hacked !== undefined) faults.add("a script ran");
  const outside = (address) => /evil\.example/i.test(address);
  for (const element of document.querySelectorAll("*")) {
    const where = `${element.localName}.${element.className?.baseVal ?? element.className}`;
    for (const {name, value} of element.attributes) {
      if (/^on/i.test(name)) faults.add(`${where}: ${name}=${value.slice(0, 60)}`);
      if (/^(href|src|action|formaction|xlink:href|data|srcdoc|poster|background)$/i.test(name)) {
        if (/^[\s\u0000-\u0020]*(javascript|vbscript|data):/i.test(value)) {
          faults.add(`${where}: ${name}=${value.slice(0, 60)}`);
        }
        if (outside(value) && (element.localName !== "a" || name !== "href")) {
          faults.add(`${where}: ${name}=${value.slice(0, 60)}`);
        }
        if (outside(value) && element.target && !/\bnoopener\b/.test(element.rel)) {
          faults.add(`${where} lets go of its window: ${value.slice(0, 60)}`);
        }
      }
    }
    if (element.localName === "script" && !element.src
        && element.type !== "application/json") faults.add("a script within the page");
    if (element.localName === "style") faults.add("a style sheet within the page");
    if (["base", "object", "embed", "iframe", "math"].includes(element.localName)) {
      faults.add(`an element ${element.localName}`);
    }
  }
  if (/A49Z/.test(document.documentElement.textContent)) faults.add("a template was carried out");

  // Text that turns the way of writing stands by itself, or is isolated from the words beside it.
  // (What a page shows as it is kept, such as JSON, has no words of ours in it.)
  const unseen = "script, title, textarea, option, template, noscript, pre";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!/[\u202a-\u202e\u2066-\u2068]/.test(node.data)) continue;
    let element = node.parentElement;
    if (element.closest(unseen)) continue;
    const said = node.data.trim();
    const shown = said.slice(0, 50).replace(/[\u202a-\u202e\u2066-\u2069]/g, "¤");
    // Where it stands in one with words of ours, they go before it: they aren't turned.
    const rest = said.includes("⟫") ? said.slice(said.lastIndexOf("⟫") + 1) : "";
    // What follows in JSON is what people wrote as well.
    if (/[\p{L}\p{N}]/u.test(rest) && !/^\s*["{]/.test(rest)) {
      faults.add(`words after a text: ${shown} ... ${rest.slice(0, 50)}`);
      continue;
    }
    while (element) {
      const style = getComputedStyle(element);
      if (/isolate|plaintext/.test(style.unicodeBidi) || element.dir === "auto") break;
      if (style.display !== "inline" && style.display !== "contents") {
        const beside = [...element.childNodes].filter((child) => !child.contains(node)
          && (child.nodeType === Node.TEXT_NODE || (child.nodeType === Node.ELEMENT_NODE
              && getComputedStyle(child).display === "inline"))
          && child.textContent.trim());
        if (beside.length) {
          faults.add(`not isolated in ${element.localName}.${element.className}: ${shown}`);
        }
        break;
      }
      element = element.parentElement;
    }
  }
  return [...faults];
}
"""
