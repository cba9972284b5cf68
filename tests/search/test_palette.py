"""The search palette's answers: keys first, names and texts while they are typed, and no more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cards.services import card_update
from tests.factories import (
    BoardFactory,
    CardFactory,
    ChannelFactory,
    ChannelMemberFactory,
    DecisionFactory,
    FeatureFactory,
    MessageFactory,
    ProjectFactory,
    UserFactory,
)
from tests.web import page, web
from workspaces.admin.switch import COOKIE

pytestmark = pytest.mark.django_db

PALETTE = "/admin/palette/"


@pytest.fixture
def asked(member, workspace):
    """`asked(text, person)`: the palette's groups by name, of the titles in them."""

    def groups(text="", person=None, workspace=None):
        browser = web(person or member)
        if workspace is not None:
            browser.cookies[COOKIE] = str(workspace.pk)
        answer = browser.get(PALETTE, {"q": text})
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/json"
        return {
            group["name"]: [item["title"] for item in group["items"]]
            for group in answer.json()["groups"]
        }

    return groups


def everything(groups):
    return [title for titles in groups.values() for title in titles]


@pytest.mark.parametrize("typed", ["ACME-{}", "acme-{}", "acme {}", "acme{}", "  Acme - {} "])
def test_a_key_finds_its_card_first(asked, card, typed):
    groups = asked(typed.format(card.number))
    assert next(iter(groups.items())) == ("Cards by key", ["Write the log"])


def test_the_beginning_of_a_key_finds_those_that_begin_so(asked, board):
    cards = CardFactory.create_batch(12, board=board)
    numbers = {card.number for card in cards}
    assert numbers == set(range(1, 13))
    assert asked("acme-1")["Cards by key"] == [cards[0].title] + [
        card.title for card in cards if card.number >= 10
    ]


def test_a_key_names_its_card_also_in_another_workspace_of_ones_own(
    asked, member_of_both, workspace, other_card
):
    key = f"OTHER-{other_card.number}"
    assert asked(key, member_of_both, workspace)["Cards by key"] == ["Foreign card"]


@pytest.mark.parametrize("number", ["0", "99999999999999", "2147483648", "1-1"])
def test_a_key_that_no_card_can_have_finds_none(asked, card, number):
    assert "Cards by key" not in asked(f"ACME-{number}")


def test_archived_cards_are_found_by_key_and_say_so(member, card):
    card.archived_at = card.created_at
    card.save(update_fields=["archived_at"])
    found = web(member).get(PALETTE, {"q": f"ACME-{card.number}"}).json()["groups"][0]["items"]
    assert found[0]["note"] == "Product, archived"


def test_texts_are_found_by_the_beginning_of_their_words(asked, workspace, project, board):
    CardFactory(board=board, title="Deployment of the needles")
    FeatureFactory(project=project, name="Deploy by night")
    MessageFactory(channel=ChannelFactory(project=project), content="We deployed it")
    DecisionFactory(project=project, title="Deploying on Fridays")
    assert len(asked("deplo")["Found in texts"]) == 4
    assert asked("needles depl")["Found in texts"] == ["Deployment of the needles"]
    assert "Found in texts" not in asked("needles xyz")


def test_russian_words_are_found_too(asked, board):
    CardFactory(board=board, title="Развернуть на сервере")
    assert asked("сервер")["Found in texts"] == ["Развернуть на сервере"]
    assert asked("развер")["Found in texts"] == ["Развернуть на сервере"]


def test_what_was_found_comes_in_pieces_of_plain_text(member, board):
    CardFactory(board=board, title="<b>Needle</b>", description='A <img src="x"> needle & more')
    groups = web(member).get(PALETTE, {"q": "needle"}).json()["groups"]
    item = next(group for group in groups if group["name"] == "Found in texts")["items"][0]
    assert item["parts"] == [["<b>", False], ["Needle", True], ["</b>", False]]
    assert ["needle", True] in item["excerpt"]
    assert "".join(text for text, _found in item["excerpt"]) == 'A <img src="x"> needle & more'


def test_names_are_found_those_that_begin_so_first(asked, workspace, project):
    BoardFactory(workspace=workspace, name="My apples")
    BoardFactory(workspace=workspace, name="Apples")
    assert asked("ap")["Boards and projects"] == ["Apples", "My apples", "Apollo"]


def test_people_and_channels_are_found(asked, admin, project):
    ChannelFactory(project=project, name="adventures")
    assert asked("ad")["Channels and people"] == ["adventures", "Ada Admin"]


def test_archived_boards_and_projects_are_not_offered(asked, workspace, admin):
    BoardFactory(workspace=workspace, name="Zebra", archived=True)
    project = ProjectFactory(workspace=workspace, name="Zebras")
    project.archived_at = project.created_at
    project.save(update_fields=["archived_at"])
    assert "Boards and projects" not in asked("zebra")


def test_pages_and_actions_are_found_by_the_words_of_their_names(asked):
    assert asked("new card")["Pages and actions"] == ["New card"]
    assert asked("board")["Pages and actions"] == ["Boards", "New board"]
    # Without a project to make one in there is only the list.
    assert asked("releas")["Pages and actions"] == ["Releases"]
    assert "Change password" in asked("passw")["Pages and actions"]


def test_pages_are_those_that_one_may_open(asked, member, admin):
    assert "Invitations" in asked("invit", admin)["Pages and actions"]
    assert "Pages and actions" not in asked("invit", member)


def test_nothing_of_another_tenant_is_found(
    asked, outsider, card, other_card, other_project, other_board
):
    for text in ("foreign", "OTHER-1", "other 1", "for", "otto", "outsider"):
        found = everything(asked(text))
        assert not any("oreign" in title or "Otto" in title for title in found), text


def test_private_channels_are_for_their_members(asked, admin, member, project):
    secret = ChannelFactory(project=project, name="secret-plans", is_private=True)
    ChannelMemberFactory(channel=secret, user=admin)
    MessageFactory(channel=secret, author=admin, content="The password is swordfish")
    assert everything(asked("secret", admin)).count("secret-plans") == 1
    assert asked("swordfish", admin)["Found in texts"] == ["#secret-plans"]
    assert "secret-plans" not in everything(asked("secret", member))
    assert "Found in texts" not in asked("swordfish", member)


def test_operators_find_names_everywhere_and_no_private_texts(asked, operator, admin, project):
    secret = ChannelFactory(project=project, name="secret-plans", is_private=True)
    ChannelMemberFactory(channel=secret, user=admin)
    MessageFactory(channel=secret, author=admin, content="The password is swordfish")
    assert "Apollo" in everything(asked("apol", operator))
    assert "Found in texts" not in asked("swordfish", operator)


def test_observers_find_what_they_may_read(asked, observer, project, workspace):
    CardFactory(board=BoardFactory(workspace=workspace, project=project), title="Needle")
    assert asked("needle", observer)["Found in texts"] == ["Needle"]


def test_names_and_texts_are_of_the_workspace_looked_at(
    asked, member_of_both, workspace, card, other_card, other_board
):
    assert "Foreign" in everything(asked("foreign", member_of_both))
    assert "Boards and projects" not in asked("foreign", member_of_both, workspace)
    assert "Found in texts" not in asked("foreign", member_of_both, workspace)


def test_without_a_text_one_gets_back_to_what_one_did(asked, member, card, board):
    assert asked()["Your boards"] == ["Product"]
    assert "Changed by you lately" not in asked()
    for title in ("First", "Second"):
        changed = CardFactory(board=board, title=title)
        card_update(card=changed, actor=member, changes={"priority": "high"})
    assert asked()["Changed by you lately"] == ["Second", "First"]


def test_cards_that_one_may_not_see_any_more_are_not_gone_back_to(asked, member, board, workspace):
    changed = CardFactory(board=board, title="Mine once")
    card_update(card=changed, actor=member, changes={"priority": "high"})
    workspace.memberships.filter(user=member).delete()
    browser = web(UserFactory())
    assert browser.get(PALETTE).status_code == 302
    assert "Mine once" not in web(member).get(PALETTE).content.decode()


def test_all_results_are_on_the_page_of_the_search(member, workspace):
    answer = web(member).get(PALETTE, {"q": "a & b"}).json()
    assert answer["all"] == "/admin/search/?q=a+%26+b"


@pytest.mark.parametrize("text", ["x" * 600, "\ud800", '"', "-", "*:&|!()", "' or 1=1 --", "the"])
def test_no_text_breaks_it(member, card, text):
    answer = web(member).get(PALETTE, {"q": text.encode("utf-8", "surrogatepass")})
    assert answer.status_code in (200, 400)


def test_who_is_not_signed_in_gets_nothing(card):
    assert "/admin/login/" in web(None).get(PALETTE, {"q": "log"})["Location"]


def test_it_is_not_kept_by_caches(member, workspace):
    assert "no-store" in web(member).get(PALETTE)["Cache-Control"]


@pytest.mark.parametrize("text", ["", "needle", "acme-1"])
def test_it_costs_the_same_for_few_and_for_many(member, workspace, board, project, text):
    browser = web(member)

    def queries(number):
        for count in range(number):
            card = CardFactory(board=board, title="Needle")
            card_update(card=card, actor=member, changes={"priority": "high"})
            BoardFactory(workspace=workspace, name=f"Needle {number} {count}")
            ChannelFactory(project=project, name=f"needle-{number}-{count}")
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(PALETTE, {"q": text}).status_code == 200
        return len(captured)

    few = queries(2)
    assert queries(8) == few
    assert few <= 16


def test_a_found_card_leads_to_its_page(member, card):
    groups = web(member).get(PALETTE, {"q": f"acme {card.number}"}).json()["groups"]
    assert groups[0]["items"][0]["url"] == page("cards_card_change", card.pk)
