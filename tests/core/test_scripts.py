"""What scripts need beside their files: their words, and modules that find each other."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command


@pytest.mark.parametrize("language", ["en", "ru"])
def test_scripts_get_their_words_in_the_language_of_the_address(client, language):
    answer = client.get(f"/words/{language}.js")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert "ngettext" in answer.content.decode()


@pytest.mark.parametrize("language", ["xx", "..%2Fen", "e"])
def test_words_of_a_language_that_is_not_spoken_are_not_there(client, language):
    assert client.get(f"/words/{language}.js").status_code == 404


def test_collected_modules_import_the_files_that_were_collected(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    (module,) = (tmp_path / "taskly" / "js").glob("api.????????????.js")

    (imported,) = re.findall(r'from "\./([^"]+)"', module.read_text())

    assert re.fullmatch(r"words\.[0-9a-f]{12}\.js", imported)
    assert (module.parent / imported).is_file()
