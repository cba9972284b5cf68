"""Forms around passwords. What they save, services save."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.exceptions import RuleViolation
from workspaces import services
from workspaces.models import User
from workspaces.services.attempts import attempt_begin, attempt_succeeded

PASSWORD_LENGTH = 1024


class GateForm(forms.Form):
    """A form that stands alone on its page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


def password_field(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    """A password as it is typed, spaces and all."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        **options,
    )


class NewPasswordForm(GateForm):
    """A new password, twice."""

    new_password = password_field(
        _("New password"),
        "new-password",
        help_text=password_validation.password_validators_help_text_html(),
    )
    repeated = password_field(_("The same again"), "new-password")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "new_password" in data and data.get("repeated") not in (None, data["new_password"]):
            self.add_error("repeated", _("The two passwords are not the same."))
        return data


class SignUpForm(NewPasswordForm):
    """The account that an invited person makes; its address is the invited one."""

    username = forms.CharField(
        label=_("Username"),
        max_length=100,
        help_text=_("Without @ and spaces."),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    full_name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("username", "full_name", "new_password", "repeated")


class InvitedSignInForm(GateForm):
    """The password of the account that has the invited address."""

    password = password_field(_("Password"), "current-password")


class ResetRequestForm(GateForm):
    """Where the link for a new password is to be sent."""

    email = forms.EmailField(
        label=_("Email"),
        max_length=255,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


class OwnPasswordForm(PasswordChangeForm):
    """Django's form for one's own password, saved by the service: it signs out everywhere else."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_old_password(self) -> str:
        """Counted like signing in: a session that was left open is no place for guessing."""
        try:
            attempt = attempt_begin(
                identifier=self.user.username, address="session", at=timezone.now()
            )
        except RuleViolation as refusal:
            raise ValidationError(refusal.detail, code=refusal.code) from refusal
        password: str = super().clean_old_password()
        attempt_succeeded(attempt=attempt, at=timezone.now())
        return password

    def save(self, commit: bool = True) -> User:
        changed = services.password_change(
            user=self.user,
            current_password=self.cleaned_data["old_password"],
            new_password=self.cleaned_data["new_password1"],
            actor=self.user,
            at=timezone.now(),
        )
        # The session that asks goes on with what the account is now.
        self.user.password = changed.password
        self.user.auth_generation = changed.auth_generation
        return self.user
