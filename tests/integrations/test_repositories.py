"""Repositories over REST: tied, renamed, given a secret, untied."""

import pytest

from core.encryption import decrypt
from core.models import EventLog, IdempotencyRecord
from integrations.models import CardPullRequest, GitRepository, PullRequest
from tests.factories import CardPullRequestFactory, RepositoryFactory
from tests.watching import all_tables, signed

pytestmark = pytest.mark.django_db

REPOSITORIES = "/api/v1/repositories/"
NEW = {"github_id": 4711, "full_name": "acme/product"}


def of(repository):
    return f"{REPOSITORIES}{repository.pk}/"


def test_a_repository_is_tied_to_a_workspace(as_admin, admin, workspace, watch):
    answer = as_admin.post(REPOSITORIES, {"workspace": str(workspace.pk), **NEW})

    made = GitRepository.objects.get()
    assert answer.status_code == 201
    assert answer["Location"].endswith(of(made))
    assert answer["ETag"] == f'"{made.pk}.1"'
    whole = answer.json()
    assert {name: whole[name] for name in list(whole)[:-2]} == {
        "id": str(made.pk),
        "workspace": str(workspace.pk),
        "github_id": 4711,
        "full_name": "acme/product",
        "default_branch": "main",
        "private": False,
        "has_webhook_secret": False,
        "last_synced_at": None,
        "version": 1,
    }
    assert signed(watch.only()) == ("git_repository.created", admin.pk, "api")


def test_numbers_on_github_may_be_large(as_admin, workspace):
    body = {"workspace": str(workspace.pk), **NEW, "github_id": 2**40}

    assert as_admin.post(REPOSITORIES, body).json()["github_id"] == 2**40


def test_a_workspace_has_a_repository_once(as_admin, workspace, repository):
    answer = as_admin.post(
        REPOSITORIES, {"workspace": str(workspace.pk), **NEW, "full_name": "acme/renamed"}
    )

    assert answer.status_code == 409
    assert answer.json()["errors"] == {"github_id": ["The workspace has this repository already."]}


def test_two_workspaces_may_have_the_same_repository(as_outsider, other_workspace, repository):
    """Neither learns of the other: "taken already" would tell who works on what."""
    answer = as_outsider.post(REPOSITORIES, {"workspace": str(other_workspace.pk), **NEW})

    assert answer.status_code == 201
    assert GitRepository.objects.filter(github_id=4711).count() == 2


@pytest.mark.parametrize(
    "name", ["product", "acme/", "/product", "acme/pro duct", "acme/a/b", "https://github.com/a/b"]
)
def test_a_repository_is_called_owner_and_name(name, as_admin, workspace):
    answer = as_admin.post(REPOSITORIES, {"workspace": str(workspace.pk), **NEW, "full_name": name})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["full_name"])
    assert not GitRepository.objects.exists()


def test_a_repository_is_renamed_and_keeps_its_number(as_admin, repository, watch):
    answer = as_admin.patch(of(repository), {"full_name": " acme/renamed ", "private": True})

    assert answer.status_code == 200
    assert (answer.json()["full_name"], answer.json()["private"]) == ("acme/renamed", True)
    assert answer.json()["version"] == 2
    assert watch.only().details["after"] == {"full_name": "acme/renamed", "private": True}

    for name, value in {
        "github_id": 1,
        "workspace": str(repository.workspace_id)[:-1] + "0",
    }.items():
        refused = as_admin.patch(of(repository), {name: value})
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [name])


def test_a_stale_change_is_refused_with_the_present_state(as_admin, repository):
    as_admin.patch(of(repository), {"full_name": "acme/second"})

    answer = as_admin.patch(
        of(repository), {"full_name": "acme/third"}, headers={"If-Match": f'"{repository.pk}.1"'}
    )

    assert answer.status_code == 412
    assert answer.json()["current"]["full_name"] == "acme/second"


def test_untying_takes_pull_requests_and_links_and_leaves_cards(as_admin, repository, card, watch):
    link = CardPullRequestFactory(card=card, pull_request__repository=repository)
    watch.restart()

    assert as_admin.delete(of(repository)).status_code == 204

    assert not PullRequest.objects.exists()
    assert not CardPullRequest.objects.exists()
    card.refresh_from_db()
    assert sorted(watch.actions()) == [
        ("git_repository.deleted", "card_pull_request"),
        ("git_repository.deleted", "git_repository"),
        ("git_repository.deleted", "pull_request"),
    ]
    [of_link] = [each for each in watch.entries() if each.entity_type == "card_pull_request"]
    assert (of_link.entity_id, of_link.board_id) == (link.pk, card.board_id)


def test_repositories_are_found_by_name_and_workspace(as_member, workspace, repository):
    RepositoryFactory(workspace=workspace, full_name="acme/website", private=True)

    def names(query):
        return [each["full_name"] for each in as_member.get(REPOSITORIES + query).json()["results"]]

    assert names("?ordering=full_name") == ["acme/product", "acme/website"]
    assert names("?search=SITE") == ["acme/website"]
    assert names("?private=true") == ["acme/website"]
    assert names(f"?workspace={workspace.pk}&private=false") == ["acme/product"]


# Secrets.


@pytest.fixture(params=["repositories", "projects"])
def holder(request, repository, project):
    return repository if request.param == "repositories" else project


def secret_of(holder):
    kind = "repositories" if isinstance(holder, GitRepository) else "projects"
    return f"/api/v1/{kind}/{holder.pk}/webhook-secret/"


def test_a_new_secret_is_shown_once_and_kept_encrypted(as_admin, admin, holder, watch):
    answer = as_admin.post(secret_of(holder), {})

    secret = answer.json()["webhook_secret"]
    holder.refresh_from_db()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["ETag"] == f'"{holder.pk}.2"'
    assert secret.startswith("taskly_whs_")
    assert len(secret) == len("taskly_whs_") + 43
    assert decrypt(holder.webhook_secret) == secret
    assert secret not in str(all_tables())
    entry = watch.only()
    assert entry.action.endswith(".webhook_secret_made")
    assert entry.actor_id == admin.pk
    assert set(entry.details["after"].values()) == {"[hidden]"}

    again = as_admin.post(secret_of(holder), {}).json()["webhook_secret"]
    assert again != secret


def test_no_other_answer_shows_a_secret(as_admin, holder):
    secret = as_admin.post(secret_of(holder), {}).json()["webhook_secret"]

    address = secret_of(holder).removesuffix("webhook-secret/")
    for answer in (as_admin.get(address), as_admin.patch(address, {})):
        assert answer.status_code == 200
        assert secret not in answer.content.decode()
        assert "webhook_secret" not in answer.json()
    assert secret not in str(list(EventLog.objects.values_list("details", flat=True)))


def test_a_project_says_where_its_transcripts_go(as_admin, project):
    answer = as_admin.post(secret_of(project), {})

    assert answer.json()["address"] == f"http://testserver/webhooks/transcripts/{project.pk}/"


def test_the_answer_with_a_secret_is_not_kept_for_a_repeat(as_admin, holder):
    key = {"HTTP_IDEMPOTENCY_KEY": "rotate-1"}
    first = as_admin.post(secret_of(holder), {}, **key)
    holder.refresh_from_db()
    made = holder.webhook_secret

    again = as_admin.post(secret_of(holder), {}, **key)

    assert (again.status_code, again.json()["code"]) == (409, "credential_shown_once")
    assert first.json()["webhook_secret"].encode() not in bytes(
        IdempotencyRecord.objects.get().body
    )
    holder.refresh_from_db()
    assert bytes(holder.webhook_secret) == bytes(made)


def test_a_stale_rotation_is_refused(as_admin, holder):
    stale = {"If-Match": f'"{holder.pk}.7"'}

    assert as_admin.post(secret_of(holder), {}, headers=stale).status_code == 412
    holder.refresh_from_db()
    assert holder.webhook_secret is None
