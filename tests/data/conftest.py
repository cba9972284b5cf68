"""What the tests of import share."""

import io

import pytest
from django.core.management import call_command

from tests.data.trello import as_bytes


@pytest.fixture
def bring_in(tmp_path, workspace):
    """`bring_in(document, …)`: import it into ACME; what the command said, line by line."""

    def carry_out(document, *arguments, workspace="ACME"):
        file = tmp_path / "export.json"
        file.write_bytes(document if isinstance(document, bytes) else as_bytes(document))
        out = io.StringIO()
        call_command("import_trello", str(file), "--workspace", workspace, *arguments, stdout=out)
        return out.getvalue().splitlines()

    return carry_out
