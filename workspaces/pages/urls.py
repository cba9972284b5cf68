"""The addresses of the pages beside the admin; their names are those that Django's own have."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from workspaces.pages.language import language_page
from workspaces.pages.views import GateNote, InvitationPage, ResetConfirmPage, ResetRequestPage

urlpatterns = [
    path("language/", language_page, name="language"),
    path("invitations/<str:token>/", InvitationPage.as_view(), name="invitation"),
    path("password-reset/", ResetRequestPage.as_view(), name="password_reset"),
    # The name by which the admin's sign-in page looks for it.
    path("password-reset/", ResetRequestPage.as_view(), name="admin_password_reset"),
    path(
        "password-reset/sent/",
        GateNote.as_view(
            template_name="registration/password_reset_done.html", title=_("Look into your mail")
        ),
        name="password_reset_done",
    ),
    path(
        "password-reset/done/",
        GateNote.as_view(
            template_name="registration/password_reset_complete.html", title=_("Password set")
        ),
        name="password_reset_complete",
    ),
    path(
        "password-reset/<str:uidb64>/<str:token>/",
        ResetConfirmPage.as_view(),
        name="password_reset_confirm",
    ),
]
