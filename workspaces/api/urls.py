"""The addresses of people, sign-in and workspaces."""

from django.urls import path

from core.api.routers import Router
from workspaces.api import people, sign_in
from workspaces.api import workspaces as views

OF_WORKSPACE = "workspaces/<uuid:workspace_id>"


def register(router: Router) -> None:
    """Add the collections."""
    router.register("users", people.UserViewSet)
    router.register("tokens", people.AccessTokenViewSet)
    router.register("workspaces", views.WorkspaceViewSet)
    router.register(f"{OF_WORKSPACE}/members", views.MemberViewSet)
    router.register(f"{OF_WORKSPACE}/invitations", views.InvitationViewSet)


me = people.MeViewSet.as_view({"get": "retrieve", "patch": "partial_update"}, detail=True)

# What is no collection.
urlpatterns = [
    path("auth/token/", sign_in.SignInView.as_view(), name="auth-token"),
    path("auth/token/refresh/", sign_in.RefreshView.as_view(), name="auth-refresh"),
    path("auth/token/verify/", sign_in.VerifyView.as_view(), name="auth-verify"),
    path("auth/token/revoke/", sign_in.RevokeView.as_view(), name="auth-revoke"),
    path("auth/revoke-all/", sign_in.RevokeAllView.as_view(), name="auth-revoke-all"),
    path("auth/password-reset/", sign_in.PasswordResetView.as_view(), name="auth-reset"),
    path(
        "auth/password-reset/confirm/",
        sign_in.PasswordResetConfirmView.as_view(),
        name="auth-reset-confirm",
    ),
    path("users/me/", me, name="me"),
    path("users/me/password/", people.MyPasswordView.as_view(), name="my-password"),
    path("users/me/delete/", people.MyDeletionView.as_view(), name="my-deletion"),
    path("invitations/accept/", views.InvitationAcceptView.as_view(), name="invitation-accept"),
]
