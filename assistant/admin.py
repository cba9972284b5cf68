"""Talking to the assistant in the web pages: one's own conversations, whoever one is."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _g
from django.views.decorators.csrf import csrf_protect

from assistant.commands.registry import RUSSIAN, commands_told
from assistant.models import MAX_CONTENT, MAX_TITLE, Conversation, ConversationMessage
from assistant.services.context import context_of, context_set
from assistant.services.conversations import (
    conversation_create,
    conversation_delete,
    conversation_update,
)
from assistant.services.messages import message_post
from core.admin.base import TasklyModelAdmin
from core.admin.refusals import REFUSALS, sentences_of
from core.api.fields import parse_uuid
from core.api.retry import retrying
from core.exceptions import RuleViolation
from projects.models import Project
from workspaces.admin.rights import TALK

# A page has so many of the latest messages, and a way to the earlier ones.
SHOWN_MESSAGES = 50
CHOSEN_FROM = 200


@admin.register(Conversation)
class ConversationAdmin(TasklyModelAdmin):
    """A conversation's page is the conversation: what was said, and a place to say more."""

    icon = "bot-message-square"
    new_title = gettext_lazy("New conversation")
    empty_text = gettext_lazy("Ask the assistant about your work. Conversations are yours alone.")
    menu_section = TALK
    menu_order = 46
    list_display = ("__str__", "updated_at")
    search_fields = ("title",)
    ordering = ("-updated_at", "-id")

    def visible_to_operator(self, rows: models.QuerySet, request: HttpRequest) -> models.QuerySet:
        """What others say to the assistant is theirs."""
        return rows.visible_to(request.user)

    def may_add(self, request: HttpRequest) -> bool:
        return True

    def may_change(self, request: HttpRequest, obj: Any | None) -> bool:
        return True

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        return True

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        conversation_delete(conversation=obj, actor=request.user)

    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The conversation in the place of Django's form; without an id, one that begins."""
        conversation = None
        if object_id is not None:
            conversation = self.get_object(request, unquote(object_id))
            if conversation is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method != "POST":
            return self._page(request, conversation)
        if "switch" in request.POST:
            return self._switched(request)
        if "rename" in request.POST and conversation is not None:
            return self._renamed(request, conversation)
        return self._said(request, conversation)

    def _said(self, request: HttpRequest, conversation: Conversation | None) -> HttpResponse:
        """Say it, and come back to the answer; what is refused stays in its box."""
        content = request.POST.get("content", "")

        def exchange() -> Conversation:
            with transaction.atomic():
                spoken_in = conversation or conversation_create(actor=request.user)
                message_post(conversation=spoken_in, actor=request.user, content=content)
            return spoken_in

        try:
            spoken_in = retrying(exchange)
        except REFUSALS as error:
            return self._page(request, conversation, content=content, refused=error)
        return HttpResponseRedirect(f"{self.change_url(spoken_in)}#compose")

    def _switched(self, request: HttpRequest) -> HttpResponse:
        """Work in another project, and come back to where one was."""
        chosen = request.POST.get("project", "")
        identifier = parse_uuid(chosen)
        project = Project.objects.visible_to(request.user).filter(pk=identifier).first()
        if chosen and project is None:
            self.message_user(request, _g("You cannot see that project."), messages.ERROR)
            return HttpResponseRedirect(request.path)
        try:
            retrying(lambda: context_set(actor=request.user, project=project))
        except REFUSALS as error:
            self._say(request, error)
        else:
            said = (
                _g("You work in %(project)s now.") % {"project": project}
                if project is not None
                else _g("No project is active now.")
            )
            self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    def _renamed(self, request: HttpRequest, conversation: Conversation) -> HttpResponse:
        version = request.POST.get("row_version", "")
        is_number = version.isascii() and version.isdigit() and len(version) < 10
        try:
            retrying(
                lambda: conversation_update(
                    conversation=conversation,
                    actor=request.user,
                    title=request.POST.get("title", ""),
                    expected_version=int(version) if is_number else None,
                )
            )
        except REFUSALS as error:
            self._say(request, error)
        else:
            self.message_user(request, _g("Renamed."), messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    def _page(
        self,
        request: HttpRequest,
        conversation: Conversation | None,
        content: str = "",
        refused: Exception | None = None,
    ) -> HttpResponse:
        shown, earlier = ([], None) if conversation is None else _messages(request, conversation)
        context = context_of(request.user)
        projects = list(
            Project.objects.visible_to(request.user)
            .filter(models.Q(archived_at=None) | models.Q(pk=context.active_project_id))
            .select_related("workspace")
            .order_by("workspace__name", "workspace_id", "name", "id")[:CHOSEN_FROM]
        )
        language = RUSSIAN if (get_language() or "").startswith(RUSSIAN) else "en"
        request.current_app = self.admin_site.name
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(conversation) if conversation else _g("New conversation"),
            "subtitle": None,
            "original": conversation,
            "told": shown,
            "earlier": earlier,
            "is_latest": "before" not in request.GET,
            "active_project": context.active_project,
            "projects": projects,
            "examples": commands_told(language),
            "content": content,
            "problems": sentences_of(refused) if refused is not None else [],
            "max_content": MAX_CONTENT,
            "max_title": MAX_TITLE,
        }
        status = refused.status if isinstance(refused, RuleViolation) else 200
        return TemplateResponse(
            request, "admin/assistant/conversation/chat.html", whole, status=status
        )


def _messages(request: HttpRequest, conversation: Conversation) -> tuple[list[Any], Any | None]:
    """The latest messages (or those before the one that the address names) in the order of time,
    and the first of them where there are earlier ones."""
    rows = conversation.messages.order_by("-created_at", "-id")
    before = parse_uuid(request.GET.get("before", ""))
    if before is not None:
        at = conversation.messages.filter(pk=before).values("created_at", "id").first()
        if at is not None:
            rows = rows.filter(
                models.Q(created_at__lt=at["created_at"])
                | models.Q(created_at=at["created_at"], id__lt=at["id"])
            )
    found = list(rows[: SHOWN_MESSAGES + 1])
    shown = found[:SHOWN_MESSAGES][::-1]
    for message in shown:
        # An answer's first line names the project.
        is_answer = message.role == ConversationMessage.Role.ASSISTANT
        heading, _blank, text = message.content.partition("\n\n")
        message.heading, message.text = (heading, text) if is_answer else ("", message.content)
    return shown, shown[0] if len(found) > SHOWN_MESSAGES else None
