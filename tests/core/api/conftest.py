"""What the API's tests share: their own addresses, no limit unless a test sets one."""

import pytest

pytestmark = pytest.mark.urls("tests.core.api.addresses")


@pytest.fixture(autouse=True)
def addresses(settings, tmp_path):
    settings.ROOT_URLCONF = "tests.core.api.addresses"
    settings.TASKLY_RATE_FILE = str(tmp_path / "requests")
    settings.TASKLY_RATE_USER = 0
    settings.TASKLY_RATE_ANONYMOUS = 0


@pytest.fixture
def as_member(client_of, member, workspace):
    return client_of(member)
