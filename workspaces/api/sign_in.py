"""Signing in and out by JWT, and forgotten passwords."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import authenticate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.edge import TasklyView
from core.api.serializers import EmptySerializer
from workspaces import services
from workspaces.api.edge import CountsAttempts, given_text
from workspaces.api.serializers import (
    PasswordResetConfirmSerializer,
    PasswordResetSerializer,
    RefreshSerializer,
    SignInSerializer,
    TokenPairSerializer,
    VerifySerializer,
)
from workspaces.authentication import CHALLENGE, NotByAccessToken
from workspaces.services import sign_in


class OpenView(TasklyView):
    """A POST that needs no sign-in: what it takes is in its body."""

    authentication_classes = ()
    permission_classes = ()
    serializer_class: ClassVar[type[serializers.Serializer[Any]]]

    def get_authenticate_header(self, request: Request) -> str:
        """A 401 stays one, although nobody could have signed in before."""
        return CHALLENGE

    def body(self) -> dict[str, Any]:
        """The body's values, or a 400 with what is wrong with each."""
        serializer = self.serializer_class(data=self.request.data, context={"view": self})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def _pair(tokens: tuple[str, str]) -> Response:
    response = Response({"access": tokens[0], "refresh": tokens[1]})
    response["Cache-Control"] = "no-store"
    return response


class SignInView(CountsAttempts, OpenView):
    """Username or email, and password, for a pair of tokens."""

    serializer_class = SignInSerializer
    shows_credential = True

    def attempted_identifier(self, request: Request) -> str | None:
        return given_text(request, "username")

    @extend_schema(request=SignInSerializer, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """Sign in."""
        body = self.body()
        # Without the request: this view has counted the attempt already.
        user = authenticate(None, username=body["username"], password=body["password"])
        if user is None:
            raise exceptions.AuthenticationFailed(
                _("That username (or email) and password do not belong together.")
            )
        self.attempt_was_right()
        return _pair(sign_in.sign_in(user=user, at=timezone.now()))


class RefreshView(OpenView):
    """The next pair; the refresh token that is given is used up."""

    serializer_class = RefreshSerializer
    shows_credential = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        token = given_text(request, "refresh")
        if token is not None:
            # Here, since a refused request is undone when it has an Idempotency-Key.
            sign_in.end_if_copied(token=str(request.data["refresh"]))

    @extend_schema(request=RefreshSerializer, responses=TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """Renew."""
        try:
            return _pair(sign_in.refresh(token=self.body()["refresh"], at=timezone.now()))
        except sign_in.SignedOut as refusal:
            raise exceptions.AuthenticationFailed(refusal.detail, refusal.code) from refusal


class VerifyView(OpenView):
    """Whether a token would be taken now."""

    serializer_class = VerifySerializer

    @extend_schema(request=VerifySerializer, responses=EmptySerializer)
    def post(self, request: Request) -> Response:
        """200 with an empty object, or 401."""
        try:
            sign_in.verify(token=self.body()["token"])
        except sign_in.SignedOut as refusal:
            raise exceptions.AuthenticationFailed(refusal.detail, refusal.code) from refusal
        return Response({})


class RevokeView(OpenView):
    """Signs one sign-in out: its refresh token and every access token that came from it."""

    serializer_class = RefreshSerializer

    @extend_schema(request=RefreshSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Sign out. A token that is dead already gets the same answer."""
        sign_in.revoke(token=self.body()["refresh"])
        return Response(status=204)


class RevokeAllView(TasklyView):
    """Signs the caller out everywhere: every session and every JWT, this one included."""

    permission_classes = (IsAuthenticated, NotByAccessToken)
    serializer_class = EmptySerializer

    @extend_schema(request=EmptySerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Sign out everywhere."""
        EmptySerializer(data=request.data).is_valid(raise_exception=True)
        services.sign_out_everywhere(user=request.user, actor=request.user, at=timezone.now())
        return Response(status=204)


class PasswordResetView(OpenView):
    """Mails a link for a new password, if an account has the address; the answer doesn't tell."""

    serializer_class = PasswordResetSerializer

    @extend_schema(request=PasswordResetSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Ask for the link."""
        services.password_reset_request(email=self.body()["email"], at=timezone.now())
        return Response(status=204)


class PasswordResetConfirmView(OpenView):
    """Sets the password that a mailed link allows to set, once."""

    serializer_class = PasswordResetConfirmSerializer

    @extend_schema(request=PasswordResetConfirmSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Set the new password."""
        services.password_reset_confirm(at=timezone.now(), **self.body())
        return Response(status=204)
