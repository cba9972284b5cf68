"""Signing in, workspaces and people in the web pages."""

import pytest

from tests.factories import (
    MemberFactory,
    UserFactory,
    WorkspaceFactory,
)
from tests.factories.workspaces import PASSWORD
from tests.web import errors, filled, newest, page, queries_of, said, web
from workspaces.models import User, Workspace, WorkspaceMember

pytestmark = pytest.mark.django_db


# Who comes in


@pytest.mark.parametrize(
    ("who", "comes_in"),
    [("admin", True), ("member", True), ("operator", True), ("stranger", False), (None, False)],
)
def test_members_and_operators_come_in(request, workspace, who, comes_in):
    person = (
        UserFactory(username="stranger", is_staff=True)
        if who == "stranger"
        else who and request.getfixturevalue(who)
    )

    assert web(person).get("/admin/").status_code == (200 if comes_in else 302)


def test_somebody_who_is_removed_is_out_at_once(member, workspace):
    browser = web(member)
    assert browser.get("/admin/").status_code == 200

    WorkspaceMember.objects.filter(user=member).delete()

    assert browser.get("/admin/").status_code == 302


@pytest.mark.parametrize("name", ["member", "MEMBER", "member@example.com"])
def test_one_signs_in_by_username_or_email(member, workspace, name):
    browser = web(None)

    response = browser.post("/admin/login/", {"username": name, "password": PASSWORD})

    assert response.status_code == 302
    assert browser.get("/admin/").status_code == 200


def test_a_wrong_password_and_an_unknown_name_are_told_alike(member, workspace):
    def told(name):
        response = web(None).post("/admin/login/", {"username": name, "password": "wrong"})
        return list(response.context["form"].non_field_errors())

    assert told("member") == told("nobody") != []


def test_too_many_attempts_are_told_in_the_form(member, workspace, long_waits):
    browser = web(None)
    for _ in range(40):
        response = browser.post("/admin/login/", {"username": "member", "password": "wrong"})

    assert response.status_code == 429
    assert "too many" in str(response.context["form"].non_field_errors())


def test_the_password_is_changed_by_its_service(member, workspace):
    browser, elsewhere = web(member), web(member)
    new = "a much better passphrase"

    response = browser.post(
        "/admin/password_change/",
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )

    assert response.status_code == 302
    member.refresh_from_db()
    assert member.check_password(new)
    assert browser.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302
    assert newest().action == "user.password_changed"


# Workspaces and members


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("admin", {"ACME"}),
        ("member", {"ACME"}),
        ("member_of_both", {"ACME", "OTHER"}),
        ("outsider", {"OTHER"}),
        ("operator", {"ACME", "OTHER"}),
    ],
)
def test_one_sees_ones_workspaces(request, workspace, other_workspace, who, sees):
    response = web(request.getfixturevalue(who)).get(page("workspaces_workspace_changelist"))

    assert {each.key for each in response.context["cl"].result_list} == sees


@pytest.mark.parametrize(
    ("who", "status"), [("admin", 302), ("operator", 302), ("member", 403), ("outsider", 302)]
)
def test_admins_rename_a_workspace(request, workspace, other_workspace, who, status):
    browser = web(request.getfixturevalue(who))
    data = filled(web(workspace.created_by).get(page("workspaces_workspace_change", workspace.pk)))

    response = browser.post(
        page("workspaces_workspace_change", workspace.pk), {**data, "name": "Renamed"}
    )

    assert response.status_code == status
    workspace.refresh_from_db()
    assert workspace.name == ("Renamed" if who in ("admin", "operator") else "Acme")


def test_a_member_looks_at_the_workspace_without_a_way_to_change_it(member, workspace):
    response = web(member).get(page("workspaces_workspace_change", workspace.pk))

    assert response.status_code == 200
    assert b'name="_save"' not in response.content
    assert b"Ada Admin" in response.content


def test_whoever_makes_a_workspace_becomes_its_admin(member, workspace):
    response = web(member).post(page("workspaces_workspace_add"), {"name": "Mine", "key": "MINE"})

    assert response.status_code == 302
    made = Workspace.objects.get(key="MINE")
    assert made.memberships.get().role == "admin"


@pytest.mark.parametrize("key", ["ACME", "a", "1AB", ""])
def test_a_bad_key_is_an_error_beside_the_field(member, workspace, key):
    response = web(member).post(page("workspaces_workspace_add"), {"name": "Mine", "key": key})

    assert list(errors(response)) == ["key"]


def members_form(browser, workspace, **changes):
    return filled(browser.get(page("workspaces_workspace_change", workspace.pk)), **changes)


def row_of(data, person, workspace):
    wanted = str(workspace.memberships.get(user=person).pk)
    return next(name.rsplit("-", 1)[0] for name, value in data.items() if str(value) == wanted)


def test_an_admin_changes_a_role(admin, member, workspace):
    browser = web(admin)
    data = members_form(browser, workspace)
    data[f"{row_of(data, member, workspace)}-role"] = "admin"

    response = browser.post(page("workspaces_workspace_change", workspace.pk), data)

    assert response.status_code == 302
    assert workspace.memberships.get(user=member).role == "admin"
    assert (newest().action, newest().source) == ("member.role_changed", "admin")


def test_the_last_admin_stays_one_and_the_row_says_why(admin, workspace):
    browser = web(admin)
    data = members_form(browser, workspace, name="Half saved")
    data[f"{row_of(data, admin, workspace)}-role"] = "member"

    response = browser.post(page("workspaces_workspace_change", workspace.pk), data)

    assert response.status_code == 200
    rows = response.context["inline_admin_formsets"][0].formset.forms
    assert [list(row.errors) for row in rows if row.errors] == [["role"]]
    workspace.refresh_from_db()
    assert workspace.name == "Acme"
    assert workspace.memberships.get(user=admin).role == "admin"


def test_an_admin_removes_a_member(admin, member, workspace):
    browser = web(admin)
    data = members_form(browser, workspace)
    data[f"{row_of(data, member, workspace)}-DELETE"] = "on"

    browser.post(page("workspaces_workspace_change", workspace.pk), data)

    assert not workspace.memberships.filter(user=member).exists()
    assert newest().action == "member.removed"


def test_an_admin_takes_in_somebody_known(admin, workspace):
    friend = UserFactory(username="friend")
    MemberFactory(workspace=WorkspaceFactory(created_by=admin), user=friend)
    browser = web(admin)
    data = members_form(browser, workspace)
    data |= {
        "memberships-2-TOTAL_FORMS": "1",
        "memberships-2-0-user": str(friend.pk),
        "memberships-2-0-role": "member",
    }

    response = browser.post(page("workspaces_workspace_change", workspace.pk), data)

    assert response.status_code == 302
    assert workspace.memberships.get(user=friend).role == "member"


def test_somebody_unknown_is_no_choice(admin, outsider, workspace):
    browser = web(admin)
    data = members_form(browser, workspace)
    data |= {
        "memberships-2-TOTAL_FORMS": "1",
        "memberships-2-0-user": str(outsider.pk),
        "memberships-2-0-role": "member",
    }

    response = browser.post(page("workspaces_workspace_change", workspace.pk), data)

    assert response.status_code == 200
    assert not workspace.memberships.filter(user=outsider).exists()


def test_the_look_up_of_people_stays_within_the_scope(admin, member, outsider, workspace):
    response = web(admin).get(
        "/admin/autocomplete/",
        {
            "app_label": "workspaces",
            "model_name": "workspacemember",
            "field_name": "user",
            "term": "o",
        },
    )

    shown = {each["text"] for each in response.json()["results"]}
    assert "Otto Outsider" not in shown


def test_a_workspace_goes_with_what_is_in_it(admin, workspace, card):
    browser = web(admin)
    asked = browser.get(page("workspaces_workspace_delete", workspace.pk)).content.decode()

    assert all(text in asked for text in ("Boards: 1", "Cards: 1", "Members: 3"))
    browser.post(page("workspaces_workspace_delete", workspace.pk), {"post": "yes"})

    assert not Workspace.objects.filter(pk=workspace.pk).exists()


def test_the_page_takes_as_many_queries_with_40_members_as_with_4(admin, workspace):
    browser = web(admin)
    MemberFactory(workspace=workspace)
    address = page("workspaces_workspace_change", workspace.pk)
    browser.get(address)
    few = queries_of(browser, address)
    for _ in range(36):
        MemberFactory(workspace=workspace)

    assert queries_of(browser, address) == few


# People


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("member", {"admin", "member", "member_of_both"}),
        ("outsider", {"outsider", "member_of_both"}),
        ("operator", {"admin", "member", "member_of_both", "outsider", "operator"}),
    ],
)
def test_one_sees_oneself_and_ones_colleagues(request, workspace, other_workspace, who, sees):
    response = web(request.getfixturevalue(who)).get(page("workspaces_user_changelist"))

    assert {each.username for each in response.context["cl"].result_list} == sees


@pytest.mark.parametrize(
    ("who", "changes"), [("member", True), ("operator", True), ("admin", False)]
)
def test_accounts_are_changed_by_their_people_and_by_operators(
    request, workspace, member, operator, who, changes
):
    data = filled(web(operator).get(page("workspaces_user_change", member.pk)), full_name="New")

    web(request.getfixturevalue(who)).post(page("workspaces_user_change", member.pk), data)

    member.refresh_from_db()
    assert (member.full_name == "New") is changes


def test_nobody_makes_themselves_an_operator(member, workspace):
    browser = web(member)
    data = filled(browser.get(page("workspaces_user_change", member.pk)), is_superuser="on")

    browser.post(page("workspaces_user_change", member.pk), data)

    member.refresh_from_db()
    assert member.is_superuser is False


def test_a_taken_username_is_an_error_beside_the_field(member, admin, workspace):
    browser = web(member)
    data = filled(browser.get(page("workspaces_user_change", member.pk)), username="ADMIN")

    response = browser.post(page("workspaces_user_change", member.pk), data)

    assert list(errors(response)) == ["username"]


def test_an_operator_makes_an_account(operator):
    response = web(operator).post(
        page("workspaces_user_add"),
        {"username": "newcomer", "email": "new@example.com", "password": "long and unusual 42"},
    )

    assert response.status_code == 302
    assert User.objects.get(username="newcomer").private_workspaces.exists()


def test_a_weak_password_is_an_error_beside_the_field(operator):
    response = web(operator).post(
        page("workspaces_user_add"),
        {"username": "newcomer", "email": "new@example.com", "password": "12345678"},
    )

    assert list(errors(response)) == ["password"]


@pytest.mark.parametrize(("who", "does"), [("operator", True), ("admin", False)])
def test_operators_deactivate(request, member, workspace, who, does):
    web(request.getfixturevalue(who)).post(page("workspaces_user_do", member.pk, "deactivate"))

    member.refresh_from_db()
    assert member.is_active is not does


def test_the_last_admin_of_a_workspace_is_not_deactivated(operator, admin, workspace):
    response = web(operator).post(page("workspaces_user_do", admin.pk, "deactivate"))

    admin.refresh_from_db()
    assert admin.is_active is True
    assert said(response)


def test_nobody_shuts_themselves_out(operator):
    response = web(operator).post(page("workspaces_user_do", operator.pk, "deactivate"))

    assert said(response) == ["You can't shut yourself out."]


def test_no_secret_is_on_the_page(operator, member, workspace):
    content = web(operator).get(page("workspaces_user_change", member.pk)).content.decode()

    assert member.password not in content
    assert "github_access_token" not in content


def test_passwords_are_no_filter(operator, member, workspace):
    response = web(operator).get(
        page("workspaces_user_changelist"), {"password__startswith": "md5"}
    )

    assert response.status_code == 400
