"""Joining by an invitation, and setting a forgotten password."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import authenticate, login
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from core.admin.refusals import REFUSALS, add_to_form, messages_of
from core.exceptions import RuleViolation
from workspaces import services
from workspaces.models import User, WorkspaceInvitation
from workspaces.pages.forms import (
    InvitedSignInForm,
    NewPasswordForm,
    ResetRequestForm,
    SignUpForm,
)
from workspaces.services.attempts import TooManyAttempts

# The addresses of these pages hold tokens. They load nothing from elsewhere and link nowhere else,
# are kept by no cache, and SECURE_REFERRER_POLICY (same-origin) tells no other site of them; a
# stricter policy would take the Origin header, which the CSRF check reads, from our own forms.
page = [never_cache, sensitive_post_parameters()]


class GatePage(View):
    """A page without the admin's frame, in its looks."""

    def context(self, **more: Any) -> dict[str, Any]:
        """What the admin's base templates read."""
        return {**admin.site.each_context(self.request), **more}


@method_decorator(page, name="dispatch")
class InvitationPage(GatePage):
    """What the link of an invitation opens: join, or sign in or up and join.

    Whoever holds the link is taken for the invited person, since it was mailed to them alone. So
    it may be told here, and nowhere else, that an account has their address.
    """

    invitation: WorkspaceInvitation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.at = timezone.now()
        found = services.invitation_find(token=kwargs["token"], at=self.at)
        if found is None:
            return self.closed()
        self.invitation = found
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show what is to be done."""
        form_class = self.form_class()
        return self.show(form_class() if form_class is not None else None)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Do it."""
        form_class = self.form_class()
        if form_class is None:
            return self.join()
        form = form_class(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            return self.sign_in(form) if form_class is InvitedSignInForm else self.sign_up(form)
        except services.InvitationClosed:
            return self.closed()
        except TooManyAttempts as refusal:
            add_to_form(form, messages_of(refusal), {})
            response = self.show(form, status=429)
            response["Retry-After"] = str(refusal.wait)
            return response
        except REFUSALS as refusal:
            add_to_form(form, messages_of(refusal), {"password": "new_password"})
            return self.show(form)

    def form_class(self) -> type[Form] | None:
        """Signing in or up, whichever the invited address needs; None for who is signed in."""
        if self.request.user.is_authenticated:
            return None
        known = User.objects.named(self.invitation.email).exists()
        return InvitedSignInForm if known else SignUpForm

    def is_for_caller(self) -> bool:
        """Whether the signed-in person has the invited address."""
        mine = getattr(self.request.user, "email", "")
        return bool(mine.lower() == self.invitation.email.lower())

    def join(self) -> HttpResponse:
        """Join with the account that is signed in."""
        user = self.request.user
        if not isinstance(user, User) or not self.is_for_caller():
            return self.show(None, status=403)
        try:
            services.invitation_accept(token=self.kwargs["token"], actor=user, at=self.at)
        except RuleViolation:
            return self.closed()
        return self.welcome()

    def sign_in(self, form: Form) -> HttpResponse:
        """Sign in with the account that has the invited address, and join."""
        user = authenticate(
            self.request, username=self.invitation.email, password=form.cleaned_data["password"]
        )
        if user is None:
            form.add_error("password", _("This is not the password of this account."))
            return self.show(form)
        services.invitation_accept(token=self.kwargs["token"], actor=user, at=self.at)
        login(self.request, user)
        return self.welcome()

    def sign_up(self, form: Form) -> HttpResponse:
        """Make the account, and join."""
        member = services.invitation_sign_up(
            token=self.kwargs["token"],
            username=form.cleaned_data["username"],
            full_name=form.cleaned_data["full_name"],
            password=form.cleaned_data["new_password"],
            at=self.at,
        )
        login(self.request, member.user)
        return self.welcome()

    def welcome(self) -> HttpResponse:
        """On to where the work is."""
        name = self.invitation.workspace.name
        messages.success(self.request, _("Welcome to %(workspace)s.") % {"workspace": name})
        return redirect("admin:index")

    def show(self, form: Form | None, status: int = 200) -> HttpResponse:
        """The page, in the state that caller and address make."""
        context = self.context(
            title=_("Join %(workspace)s") % {"workspace": self.invitation.workspace.name},
            invitation=self.invitation,
            form=form,
            is_for_caller=self.is_for_caller(),
            is_known=isinstance(form, InvitedSignInForm),
        )
        return render(self.request, "workspaces/pages/invitation.html", context, status=status)

    def closed(self) -> HttpResponse:
        """The same page for used, revoked, too old and never made."""
        context = self.context(title=_("This invitation doesn’t work any more"))
        return render(self.request, "workspaces/pages/invitation_closed.html", context, status=404)


@method_decorator(page, name="dispatch")
class ResetRequestPage(GatePage, FormView):
    """Asking for a new password by mail."""

    template_name = "registration/password_reset_form.html"
    form_class = ResetRequestForm
    success_url = reverse_lazy("password_reset_done")

    def form_valid(self, form: ResetRequestForm) -> HttpResponse:
        services.password_reset_request(email=form.cleaned_data["email"], at=timezone.now())
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return self.context(
            title=_("Forgotten your password?"), **super().get_context_data(**kwargs)
        )


@method_decorator(page, name="dispatch")
class ResetConfirmPage(GatePage, FormView):
    """What the mailed link opens: setting a new password, once."""

    template_name = "registration/password_reset_confirm.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("password_reset_complete")

    def link(self) -> dict[str, str]:
        """The parts of the link."""
        return {"uid": self.kwargs["uidb64"], "token": self.kwargs["token"]}

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        try:
            services.password_reset_confirm(
                new_password=form.cleaned_data["new_password"], at=timezone.now(), **self.link()
            )
        except services.ResetLinkUsed:
            return HttpResponseRedirect(self.request.path)
        except REFUSALS as refusal:
            add_to_form(form, messages_of(refusal), {})
            return self.form_invalid(form)
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return self.context(
            title=_("Set a new password"),
            validlink=services.reset_link_user(**self.link()) is not None,
            **super().get_context_data(**kwargs),
        )


class GateNote(GatePage, TemplateView):
    """A page that only says something."""

    title: Any = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return self.context(
            title=self.title, login_url=reverse("admin:login"), **super().get_context_data(**kwargs)
        )
