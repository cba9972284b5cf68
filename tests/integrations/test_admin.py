"""Repositories, pull requests, links and secrets in the web pages."""

import pytest

from core.encryption import decrypt
from core.models import EventLog
from integrations.models import CardPullRequest, GitRepository
from tests.factories import (
    BoardFactory,
    CardFactory,
    CardPullRequestFactory,
    ProjectFactory,
    ProjectMemberFactory,
    PullRequestFactory,
    RepositoryFactory,
)
from tests.watching import all_tables, signed
from tests.web import errors, filled, newest, page, plain_board, queries_of, said, web

pytestmark = pytest.mark.django_db

REPOSITORIES = "integrations_gitrepository"
PULLS = "integrations_pullrequest"


def change(thing):
    meta = thing._meta
    return page(f"{meta.app_label}_{meta.model_name}_change", thing.pk)


# Repositories.


def test_an_admin_ties_a_repository(admin, workspace):
    browser = web(admin)
    address = page(f"{REPOSITORIES}_add")
    form = filled(browser.get(address), workspace=str(workspace.pk), github_id="4711",
                  full_name="acme/product", private="on")  # fmt: skip

    assert browser.post(address, form).status_code == 302

    made = GitRepository.objects.get()
    assert (made.full_name, made.github_id, made.private) == ("acme/product", 4711, True)
    assert signed(newest()) == ("git_repository.created", admin.pk, "admin")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"full_name": "product"}, "full_name"),
        ({"github_id": "0"}, "github_id"),
        ({"github_id": "4711"}, "github_id"),
        ({"default_branch": " "}, "default_branch"),
    ],
    ids=["name", "number", "taken", "branch"],
)
def test_what_is_wrong_stands_beside_its_field(changes, field, admin, workspace, repository):
    browser = web(admin)
    address = page(f"{REPOSITORIES}_add")
    values = {"workspace": str(workspace.pk), "github_id": "1", "full_name": "acme/new", **changes}

    answer = browser.post(address, filled(browser.get(address), **values))

    assert list(errors(answer)) == [field]
    assert GitRepository.objects.count() == 1


def test_a_repository_is_tied_where_one_is_an_admin(member_of_both, workspace, other_workspace):
    own = RepositoryFactory(workspace__created_by=member_of_both).workspace
    browser = web(member_of_both)

    field = browser.get(page(f"{REPOSITORIES}_add")).context["adminform"].form.fields["workspace"]

    assert set(field.queryset) == {own}


def test_a_repository_is_renamed_under_its_version(admin, repository):
    browser = web(admin)
    form = filled(browser.get(change(repository)), full_name="acme/second")
    assert browser.post(change(repository), form).status_code == 302

    stale = browser.post(change(repository), {**form, "full_name": "acme/third"})

    assert errors(stale)
    assert GitRepository.objects.get().full_name == "acme/second"


def test_members_look_on(member, repository, pull_request):
    browser = web(member)

    assert browser.get(page(f"{REPOSITORIES}_add")).status_code == 403
    shown = browser.get(change(repository))
    assert "New webhook secret" not in shown.content.decode()
    assert "#7 Count from one" in shown.content.decode()
    assert browser.post(change(repository), {"full_name": "acme/mine"}).status_code == 403
    assert (
        browser.post(page(f"{REPOSITORIES}_delete", repository.pk), {"post": "yes"}).status_code
        == 403
    )
    assert GitRepository.objects.get().full_name == "acme/product"


def test_untying_says_what_goes_with_it(admin, repository, card):
    CardPullRequestFactory(card=card, pull_request__repository=repository)
    browser = web(admin)
    address = page(f"{REPOSITORIES}_delete", repository.pk)

    counts = dict(browser.get(address).context["model_count"])
    assert {str(name): number for name, number in counts.items()} == {
        "repositories": 1,
        "pull requests": 1,
        "linked pull requests": 1,
    }
    assert browser.post(address, {"post": "yes"}).status_code == 302
    assert not GitRepository.objects.exists()


# Secrets.


@pytest.mark.parametrize("kind", ["repository", "project"])
def test_a_new_secret_is_shown_by_the_page_that_answers(kind, admin, repository, project):
    thing = {"repository": repository, "project": project}[kind]
    browser = web(admin)
    buttons = browser.get(change(thing)).context["page_buttons"]
    [address] = [each["url"] for each in buttons if str(each["label"]) == "New webhook secret"]

    answer = browser.post(address)

    secret = answer.context["secret"]
    thing.refresh_from_db()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert decrypt(thing.webhook_secret) == secret
    assert secret in answer.content.decode()
    assert (f"/webhooks/transcripts/{project.pk}/" in answer.content.decode()) == (
        kind == "project"
    )
    assert said(answer) == []
    assert secret not in str(all_tables())
    assert secret not in browser.get(change(thing)).content.decode()
    assert newest().action.endswith(".webhook_secret_made")


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("admin", True), ("director", True), ("architect", False), ("contributor", False),
     ("observer", False), ("member", False)],
)  # fmt: skip
def test_directors_make_a_projects_secret(who, allowed, request, project, admin, workspace):
    person = request.getfixturevalue(who)
    browser = web(person)
    address = page("projects_project_do", project.pk, "new_project_secret")

    shown = "New webhook secret" in browser.get(change(project)).content.decode()
    answer = browser.post(address)

    project.refresh_from_db()
    assert shown == allowed
    assert answer.status_code == (200 if allowed else 403)
    assert (project.webhook_secret is not None) == allowed


def test_a_secret_is_made_by_post_alone(admin, project, repository):
    browser = web(admin)
    for address in (
        page("projects_project_do", project.pk, "new_project_secret"),
        page(f"{REPOSITORIES}_do", repository.pk, "new_repository_secret"),
    ):
        assert browser.get(address).status_code == 405
    assert (
        "new_project_secret"
        not in browser.get(page("projects_project_changelist")).content.decode()
    )


# Pull requests.


def test_a_pull_request_shows_how_far_it_is_and_its_cards(member, pull_request, card):
    CardPullRequestFactory(card=card, pull_request=pull_request)

    text = web(member).get(change(pull_request)).content.decode()

    assert "Write the log" in text
    assert 'href="https://github.com/acme/product/pull/7"' in text
    assert 'rel="noopener noreferrer external"' in text


def test_pull_requests_are_read_only(admin, pull_request):
    browser = web(admin)

    assert browser.get(page(f"{PULLS}_add")).status_code == 403
    assert browser.post(change(pull_request), {"title": "Mine"}).status_code == 403
    assert (
        browser.post(page(f"{PULLS}_delete", pull_request.pk), {"post": "yes"}).status_code == 403
    )


def test_hostile_texts_are_only_texts(member, repository, card):
    hostile = '"><script>alert(1)</script>'
    pull_request = PullRequestFactory(repository=repository, title=hostile, author=hostile,
                                      head=hostile)  # fmt: skip
    CardPullRequestFactory(card=card, pull_request=pull_request)
    browser = web(member)

    for address in (change(pull_request), page(f"{PULLS}_changelist"), change(card),
                    change(repository)):  # fmt: skip
        assert "<script>alert(1)" not in browser.get(address).content.decode()


def test_lists_cost_the_same_with_few_rows_and_with_many(member, repository, card):
    browser = web(member)
    addresses = [page(f"{PULLS}_changelist"), page(f"{REPOSITORIES}_changelist"), change(card),
                 change(repository), plain_board(card.board_id)]  # fmt: skip

    def grow(number):
        for _time in range(number):
            CardPullRequestFactory(card=card, pull_request__repository=repository)
            RepositoryFactory(workspace=repository.workspace)

    grow(3)
    # Whoever opens their first page has their inbox filled.
    browser.get(page("index"))
    few = [queries_of(browser, address) for address in addresses]
    grow(20)
    assert [queries_of(browser, address) for address in addresses] == few


def test_nobody_sees_anothers(outsider, other_workspace, repository, pull_request, card):
    CardPullRequestFactory(card=card, pull_request=pull_request)
    browser = web(outsider)

    for name in (REPOSITORIES, PULLS):
        assert "acme" not in browser.get(page(f"{name}_changelist")).content.decode()
    for thing in (repository, pull_request):
        assert browser.get(change(thing)).status_code == 302
    found = browser.get(
        "/admin/autocomplete/",
        {"app_label": "integrations", "model_name": "cardpullrequest",
         "field_name": "pull_request", "term": "Count"},
    )  # fmt: skip
    assert found.json()["results"] == []


# On cards and boards.


def form_of(card):
    """The card as a form; on its page they are linked through the API."""
    return page("cards_card_edit", card.pk)


def inline_data(browser, card, **changes):
    return filled(browser.get(form_of(card)), **changes)


def test_a_pull_request_is_linked_on_the_cards_page(member, card, pull_request):
    browser = web(member)
    new = "card_pull_requests-2"
    form = inline_data(
        browser,
        card,
        **{
            f"{new}-TOTAL_FORMS": "1",
            f"{new}-0-card": str(card.pk),
            f"{new}-0-pull_request": str(pull_request.pk),
        },
    )

    assert browser.post(form_of(card), form).status_code == 302

    assert CardPullRequest.objects.get().pull_request == pull_request
    assert signed(newest()) == ("pull_request.linked", member.pk, "admin")
    assert "#7 Count from one" in browser.get(change(card)).content.decode()


def test_a_link_is_taken_off_on_the_cards_page(member, card, pull_request):
    CardPullRequestFactory(card=card, pull_request=pull_request)
    browser = web(member)
    form = inline_data(browser, card, **{"card_pull_requests-0-DELETE": "on"})

    assert browser.post(form_of(card), form).status_code == 302

    assert not CardPullRequest.objects.exists()
    assert newest().action == "pull_request.unlinked"


def test_one_of_another_workspace_is_refused_beside_its_row(
    member_of_both, workspace, card, other_pull_request
):
    browser = web(member_of_both)
    new = "card_pull_requests-2"
    form = inline_data(
        browser,
        card,
        **{
            f"{new}-TOTAL_FORMS": "1",
            f"{new}-0-card": str(card.pk),
            f"{new}-0-pull_request": str(other_pull_request.pk),
        },
    )

    answer = browser.post(form_of(card), form)

    assert answer.status_code == 200
    assert "of repositories of its own workspace" in answer.content.decode()
    assert not CardPullRequest.objects.exists()


def test_observers_see_links_and_change_none(member, workspace, pull_request):
    project = ProjectFactory(workspace=workspace)
    ProjectMemberFactory(project=project, user=member, role="observer")
    card = CardFactory(board=BoardFactory(workspace=workspace, project=project))
    CardPullRequestFactory(card=card, pull_request=pull_request)
    browser = web(member)
    entries = EventLog.objects.count()

    text = browser.get(change(card)).content.decode()
    assert "#7 Count from one" in text
    assert "Link a pull request" not in text
    browser.post(form_of(card), {"card_pull_requests-0-DELETE": "on"})
    assert EventLog.objects.count() == entries


def test_a_new_card_has_nothing_to_link_yet(member, board):
    text = web(member).get(f"{page('cards_card_add')}?board={board.pk}").content.decode()

    assert "pull_request" not in text


def test_a_drawn_card_says_how_far_its_pull_requests_are(member, board, card, repository):
    bare = CardFactory(board=board, title="Without")
    for state in ("merged", "open"):
        CardPullRequestFactory(card=card, pull_request__repository=repository,
                               pull_request__state=state)  # fmt: skip

    answer = web(member).get(plain_board(board.pk))

    drawn = {each.pk: each for column in answer.context["columns"] for each in column["cards"]}
    assert "2 · Open" in drawn[card.pk].marks[0]
    assert drawn[bare.pk].marks == []
    assert "2 · Open" in answer.content.decode()
