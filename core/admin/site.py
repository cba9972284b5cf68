"""Taskly's admin site: who may enter it, and the frame and the start page that each sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from core.admin.exporting import ACTIONS
from core.admin.home import HomePanel, MenuLink, shown
from core.exceptions import RuleViolation

FramePart = Callable[[HttpRequest], dict[str, Any]]
"""What an app adds to the context of every page, in at most one query."""
MenuLinks = Callable[[HttpRequest], list[MenuLink]]
"""Single things that stand in the navigation below the list of their kind."""


def may_enter(user: Any) -> bool:
    """Active members of any workspace, and operators; `is_staff` decides nothing.

    The person's model answers by `enters_admin`, since only its app knows memberships.
    """
    return bool(user.is_authenticated and user.is_active and user.enters_admin)


class SignInForm(AuthenticationForm):
    """Signs in whoever may enter, by username or email."""

    error_messages = {
        "invalid_login": _("That username (or email) and password do not belong together."),
        "inactive": _("This account is not active."),
        "no_place": _("This account is not a member of any workspace."),
    }

    refused: RuleViolation | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        username = self.fields["username"]
        username.label = _("Username or email")
        username.widget = forms.TextInput(
            attrs={"autofocus": True, "autocapitalize": "none", "autocomplete": "username"}
        )
        # Longer than any username: an email may be typed as well.
        username.max_length = 255

    def clean(self) -> dict[str, Any]:
        """What the backend refuses (too many attempts) is told like a wrong password."""
        try:
            return super().clean()
        except RuleViolation as refusal:
            self.refused = refusal
            raise ValidationError(str(refusal.detail), code=refusal.code) from refusal

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        super().confirm_login_allowed(user)
        if not may_enter(user):
            raise ValidationError(self.error_messages["no_place"], code="no_place")


class TasklyAdminSite(AdminSite):
    """The product's web pages."""

    site_title = "Taskly"
    site_header = "Taskly"
    index_title = _("Home")
    site_url = None
    login_form = SignInForm
    enable_nav_sidebar = True
    # Changing one's password is a write like any other: the app that has the service for it
    # puts a form here that calls it.
    password_form: type[PasswordChangeForm] = PasswordChangeForm

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._frame_parts: list[FramePart] = []
        self._home_panels: list[HomePanel] = []
        self._menu_links: dict[type[Model], MenuLinks] = {}
        self._pages: list[URLPattern] = []
        for action_name, action in ACTIONS.items():
            self.add_action(action, action_name)

    def add_frame_part(self, part: FramePart) -> None:
        """Let an app above add to the context of every page of who may enter."""
        self._frame_parts.append(part)

    def add_page(self, route: str, view: Callable[..., HttpResponse], name: str) -> None:
        """Let an app above have a page that is no model's, for who may enter: `admin:name`."""
        self._pages.append(path(route, self.admin_view(view), name=name))

    def get_urls(self) -> list[Any]:
        return [*self._pages, *super().get_urls()]

    def add_home_panel(self, panel: HomePanel) -> None:
        """Let an app above show something on the start page."""
        self._home_panels.append(panel)

    def add_menu_links(self, model: type[Model], links: MenuLinks) -> None:
        """Let single rows of a model stand in the navigation, below the list of all of them."""
        self._menu_links[model] = links

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return PasswordChangeView.as_view(
            form_class=self.password_form,
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
            template_name="registration/password_change_form.html",
        )(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's page; with the refusal's own status where signing in was refused (429)."""
        response = super().login(request, extra_context)
        form = (getattr(response, "context_data", None) or {}).get("form")
        refused = getattr(form, "refused", None)
        if refused is not None:
            response.status_code = refused.status
            if "retry_after" in refused.extra:
                response["Retry-After"] = str(refused.extra["retry_after"])
        return response

    def has_permission(self, request: HttpRequest) -> bool:
        return may_enter(request.user)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        context["available_apps"] = self.menu(request) if context["has_permission"] else []
        if context["has_permission"]:
            for part in self._frame_parts:
                context |= part(request)
        return context

    def _build_app_dict(self, request: HttpRequest, label: str | None = None) -> dict[str, Any]:
        """Django's list of apps, its entries with the icon and the place that their admin says."""
        apps = super()._build_app_dict(request, label)
        for app in [apps] if label and apps else apps.values():
            for entry in app["models"]:
                model_admin = self._registry[entry["model"]]
                entry["icon"] = getattr(model_admin, "icon", "layers")
                entry["section"] = getattr(model_admin, "menu_section", app["name"])
                entry["new_title"] = getattr(model_admin, "new_title", "") or _("Add: %(name)s") % {
                    "name": entry["name"]
                }
                entry["order"] = getattr(model_admin, "menu_order", 100)
        return apps

    def menu(self, request: HttpRequest) -> list[dict[str, Any]]:
        """What the person may open, by section; sections and entries in the order of the admins.

        Django groups by app, which is how the code is cut, not how people work.
        """
        entries = [
            entry
            for app in self._build_app_dict(request).values()
            for entry in app["models"]
            if entry["admin_url"]
        ]
        sections: dict[str, dict[str, Any]] = {}
        for entry in sorted(entries, key=lambda entry: (entry["order"], str(entry["name"]))):
            section = sections.setdefault(
                str(entry["section"]),
                {
                    "name": entry["section"],
                    "app_label": f"section-{len(sections) + 1}",
                    "app_url": entry["admin_url"],
                    "has_module_perms": True,
                    "models": [],
                },
            )
            links = self._menu_links.get(entry["model"])
            entry["links"] = links(request) if links else []
            section["models"].append(entry)
        return list(sections.values())

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The start page: what each app has to say to the person, in its panel."""
        panels = shown(self._home_panels, request)
        context = {
            "title": self.index_title,
            "panels": [panel for panel in panels if not panel.aside],
            "panels_aside": [panel for panel in panels if panel.aside],
            **(extra_context or {}),
        }
        request.current_app = self.name
        context = {**self.each_context(request), **context}
        return TemplateResponse(request, "admin/index.html", context)
