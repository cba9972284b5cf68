"""What the environment may say, and what is refused by name."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.keys import derived_keys, ensure_keys, is_encryption_key
from config.settings.database import database_settings
from config.settings.environment import Environment, is_every_address, is_loopback
from config.settings.mail import mail_settings
from config.settings.security import site_settings
from tests.environment import inherited

CHECKOUT = Path(__file__).resolve().parents[2]
GOOD_SECRET = "q7Zr-2vXw_9LkTn4Bd6Mf8Hs1Jc3Pg5Ry0Ua-EoIiQxWzVbNmKj_hG"
GOOD_ADDRESS = "postgres://owner:Wg7-kLp2@db.internal:5433/taskly"


def problems(environment: Environment) -> str:
    """Everything that is refused, as one text."""
    try:
        environment.refuse_problems()
    except ImproperlyConfigured as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "value",
    [
        "changeme",
        "change-me-please-before-the-first-start-of-this-installation",
        "your-secret-key-of-at-least-fifty-characters-goes-here-ok",
        "<put a secret of fifty characters or more between these>",
        "django-insecure-3v$8z!q0kz@w^w2q8rj5o4m1x7t6y9u0i3p2a5s8d1f4g7",
        "postgres",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "abababababababababababababababababababababababababababababab",
        "tooShort-4f9c2",
    ],
)
def test_a_placeholder_or_guessable_secret_is_refused_by_name_and_not_shown(value: str) -> None:
    environment = Environment({"SECRET_KEY": value})
    environment.secret("SECRET_KEY")
    assert "SECRET_KEY: " in problems(environment)
    assert value not in problems(environment)


def test_a_secret_of_ones_own_is_taken() -> None:
    environment = Environment({"SECRET_KEY": GOOD_SECRET, "OLD": f"{GOOD_SECRET}, {GOOD_SECRET}2"})
    assert environment.secret("SECRET_KEY") == GOOD_SECRET
    assert environment.secrets("OLD") == [GOOD_SECRET, GOOD_SECRET + "2"]
    assert problems(environment) == ""


def test_everything_that_is_wrong_is_named_at_once() -> None:
    environment = Environment(
        {
            "DEBUG": "perhaps",
            "TASKLY_POOL_SIZE": "many",
            "TASKLY_POOL_OVERFLOW": "-3",
            "TASKLY_LOG_FORMAT": "xml",
            "TASKLY_BASE_URL": "taskly.example.com",
            "ALLOWED_HOSTS": "your-host.example.com",
        }
    )
    assert environment.flag("DEBUG") is False
    assert environment.whole("TASKLY_POOL_SIZE", 20) == 20
    assert environment.whole("TASKLY_POOL_OVERFLOW", 10) == 10
    assert environment.choice("TASKLY_LOG_FORMAT", ("json", "console"), "json") == "json"
    environment.origin("TASKLY_BASE_URL", "http://localhost:8000")
    assert environment.words("ALLOWED_HOSTS") == []
    told = problems(environment)
    for name in environment.reader.ENVIRON:
        assert f"- {name}: " in told


def test_values_are_read_in_the_forms_that_people_write() -> None:
    environment = Environment(
        {"A": "Yes", "B": "off", "C": " ", "D": " 42 ", "E": "JSON", "F": "a, b,,c", "G": "~/x"}
    )
    assert environment.flag("A") is True
    assert environment.flag("B", default=True) is False
    assert environment.flag("C", default=True) is True
    assert environment.whole("D", 7) == 42
    assert environment.choice("E", ("json", "console"), "console") == "json"
    assert environment.words("F") == ["a", "b", "c"]
    assert environment.folder("G") == Path.home() / "x"
    assert environment.folder("H") is None
    assert problems(environment) == ""


@pytest.mark.parametrize(
    "address",
    [
        "postgres://owner:p#ssWORD7@db/taskly",
        "postgres://owner:p/ssWORD7@db/taskly",
        "postgres://owner:ssWORD7@db:54a/taskly",
        "postgres://owner:ssWORD7[@db/taskly",
        "postgres://owner:ssWORD7@db:99999/taskly",
        "postgres://owner:ssWORD7@db",
        "postgres://:ssWORD7@db/taskly",
        "mysql://owner:ssWORD7@db/taskly",
        "owner:ssWORD7@db/taskly",
        "ssWORD7",
    ],
)
def test_a_malformed_database_address_is_explained_without_its_password(address: str) -> None:
    environment = Environment({"DATABASE_URL": address})
    assert environment.postgres("DATABASE_URL") is None
    assert "DATABASE_URL: " in problems(environment)
    assert "postgres://USER:PASSWORD@HOST:5432/NAME" in problems(environment)
    assert "ssWORD7" not in problems(environment)


@pytest.mark.parametrize(
    ("password", "refused"), [("changeme", True), ("postgres", True), ("Wg7-kLp2", False)]
)
def test_known_database_passwords_are_refused(password: str, refused: bool) -> None:
    environment = Environment({"DATABASE_URL": f"postgres://owner:{password}@db.internal/taskly"})
    environment.postgres("DATABASE_URL")
    assert bool(problems(environment)) is refused


def test_the_owners_address_alone_makes_every_other_connection_assume_the_role() -> None:
    environment = Environment({"DATABASE_URL": GOOD_ADDRESS + "?sslmode=require"})
    used, owning = database_settings(environment, Path("/nowhere"), serving=True)
    assert (used["USER"], used["PASSWORD"]) == ("owner", "Wg7-kLp2")
    assert (used["HOST"], used["PORT"], used["NAME"]) == ("db.internal", 5433, "taskly")
    assert used["OPTIONS"]["assume_role"] == "taskly_app"
    assert used["OPTIONS"]["sslmode"] == "require"
    assert used["EMBEDDED_HOME"] is None
    assert owning is not None
    assert owning["USER"] == "owner"
    assert set(owning["OPTIONS"]) == {"connect_timeout", "sslmode", "options"}
    assert problems(environment) == ""


@pytest.mark.parametrize(("given", "threshold"), [({}, 5), ({"TASKLY_PREPARE_AFTER": "0"}, None)])
def test_statements_are_prepared_where_nobody_minds(
    given: dict[str, str], threshold: int | None
) -> None:
    for address in ({}, {"DATABASE_URL": GOOD_ADDRESS}):
        used, owning = database_settings(
            Environment({**address, **given}), Path("/nowhere"), serving=True
        )
        assert used["OPTIONS"]["prepare_threshold"] == threshold
        assert owning is not None
        assert "prepare_threshold" not in owning["OPTIONS"]


def test_the_applications_address_signs_in_as_that_role() -> None:
    environment = Environment(
        {"DATABASE_URL": GOOD_ADDRESS, "DATABASE_APP_URL": "postgres://taskly_app@db/taskly"}
    )
    used, owning = database_settings(environment, Path("/nowhere"), serving=True)
    assert used["USER"] == "taskly_app"
    assert "assume_role" not in used["OPTIONS"]
    assert owning is not None
    assert owning["USER"] == "owner"


def test_the_applications_address_alone_knows_no_owner() -> None:
    environment = Environment({"DATABASE_APP_URL": "postgres://taskly_app@db/taskly"})
    used, owning = database_settings(environment, Path("/nowhere"), serving=True)
    assert used["USER"] == "taskly_app"
    assert owning is None


def test_no_address_is_the_embedded_server() -> None:
    used, owning = database_settings(Environment({}), Path("/somewhere/home"), serving=True)
    assert used["EMBEDDED_HOME"] == "/somewhere/home"
    assert (used["USER"], used["NAME"]) == ("taskly_app", "taskly")
    assert owning is not None
    assert owning["USER"] == "taskly_owner"


def test_pool_and_limits_are_settable() -> None:
    environment = Environment(
        {
            "TASKLY_POOL_SIZE": "4",
            "TASKLY_POOL_OVERFLOW": "2",
            "TASKLY_POOL_TIMEOUT": "9",
            "TASKLY_POOL_RECYCLE": "60",
            "TASKLY_STATEMENT_TIMEOUT_MS": "1234",
            "TASKLY_LOCK_TIMEOUT_MS": "0",
        }
    )
    used, _owning = database_settings(environment, Path("/h"), serving=True)
    pool = used["OPTIONS"]["pool"]
    assert (pool["min_size"], pool["max_size"]) == (0, 6)
    assert (pool["timeout"], pool["max_lifetime"]) == (9, 60)
    assert "-c statement_timeout=1234 -c lock_timeout=0" in used["OPTIONS"]["options"]
    assert used["CONN_HEALTH_CHECKS"] is True


def test_the_default_pool_has_twenty_connections_and_ten_more() -> None:
    used, _owning = database_settings(Environment({}), Path("/h"), serving=True)
    assert used["OPTIONS"]["pool"]["max_size"] == 30
    assert used["OPTIONS"]["pool"]["max_lifetime"] == 3600


def test_commands_have_one_connection_and_no_limit_for_a_statement() -> None:
    used, _owning = database_settings(Environment({}), Path("/h"), serving=False)
    assert "pool" not in used["OPTIONS"]
    assert "statement_timeout=0" in used["OPTIONS"]["options"]


def test_a_pool_of_none_is_no_pool() -> None:
    used, _owning = database_settings(
        Environment({"TASKLY_POOL_SIZE": "0"}), Path("/h"), serving=True
    )
    assert "pool" not in used["OPTIONS"]


@pytest.mark.parametrize(
    ("variables", "secure", "hosts"),
    [
        ({}, False, ["localhost", "127.0.0.1", "[::1]"]),
        ({"HOST": "::1"}, False, ["localhost", "127.0.0.1", "[::1]"]),
        ({"HOST": "0.0.0.0"}, True, ["localhost", "127.0.0.1", "[::1]"]),
        ({"HOST": "10.0.0.7"}, True, ["localhost", "127.0.0.1", "[::1]", "10.0.0.7"]),
        (
            {"TASKLY_BASE_URL": "https://tasks.example.com/"},
            True,
            ["localhost", "127.0.0.1", "[::1]", "tasks.example.com"],
        ),
        (
            {"ALLOWED_HOSTS": "tasks.lan,tasks"},
            False,
            ["localhost", "127.0.0.1", "[::1]", "tasks.lan", "tasks"],
        ),
    ],
)
def test_cookies_go_without_secure_only_on_loopback(
    variables: dict[str, str], secure: bool, hosts: list[str]
) -> None:
    environment = Environment(variables)
    site = site_settings(environment, debug=False)
    assert site.secure_cookies is secure
    assert site.allowed_hosts == hosts
    assert problems(environment) == ""


def test_every_host_is_refused_outside_debug() -> None:
    environment = Environment({"ALLOWED_HOSTS": "*"})
    site_settings(environment, debug=False)
    assert "ALLOWED_HOSTS: " in problems(environment)


def test_https_brings_a_year_of_strict_transport_security() -> None:
    site = site_settings(Environment({"TASKLY_BASE_URL": "https://tasks.example.com"}), False)
    assert site.hsts_seconds == 365 * 24 * 60 * 60
    assert site_settings(Environment({}), False).hsts_seconds == 0


def test_addresses_are_told_apart() -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("127.9.9.9")
    assert is_loopback("::1")
    assert is_loopback("/run/postgresql")
    assert not is_loopback("db")
    assert not is_loopback("192.168.0.1")
    assert is_every_address("0.0.0.0")
    assert is_every_address("::")
    assert not is_every_address("localhost")


def test_mail_goes_to_the_console_unless_told_otherwise() -> None:
    assert mail_settings(Environment({})).backend.endswith("console.EmailBackend")


def test_mail_goes_into_files() -> None:
    mail = mail_settings(Environment({"EMAIL_URL": "filemail:///var/mail/taskly"}))
    assert (mail.backend.split(".")[-2], mail.folder) == ("filebased", "/var/mail/taskly")


def test_mail_goes_by_smtp() -> None:
    mail = mail_settings(Environment({"EMAIL_URL": "smtp+tls://me%40x.org:p%2Fw-9@mx.x.org"}))
    assert mail.backend == "django.core.mail.backends.smtp.EmailBackend"
    assert (mail.host, mail.port, mail.user, mail.password) == (
        "mx.x.org",
        587,
        "me@x.org",
        "p/w-9",
    )
    assert mail.use_tls
    assert not mail.use_ssl


@pytest.mark.parametrize(
    "address",
    [
        "smtp://",
        "pigeon://user:ssWORD7@loft",
        "smtp://u:ssWORD7@mx:port",
        "filemail://relative",
        "smtp://u:changeme@mx",
    ],
)
def test_a_malformed_mail_address_is_refused_without_its_password(address: str) -> None:
    environment = Environment({"EMAIL_URL": address})
    mail_settings(environment)
    assert "EMAIL_URL: " in problems(environment)
    assert "ssWORD7" not in problems(environment)


def test_keys_are_made_once_and_kept_to_their_owner(tmp_path: Path) -> None:
    keys = ensure_keys(tmp_path / "home")
    assert ensure_keys(tmp_path / "home") == keys
    files = sorted((tmp_path / "home" / "keys").iterdir())
    assert [file.name for file in files] == ["encryption_keys", "secret_keys", "token_keys"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert len(keys.secret_keys[0]) >= 50
    assert is_encryption_key(keys.encryption_keys[0])
    assert len({*keys.secret_keys, *keys.token_keys, *keys.encryption_keys}) == 3


def test_several_keys_are_read_newest_first(tmp_path: Path) -> None:
    first = ensure_keys(tmp_path)
    file = tmp_path / "keys" / "token_keys"
    file.write_text("a-newer-one\n" + file.read_text())
    assert ensure_keys(tmp_path).token_keys == ("a-newer-one", *first.token_keys)


def test_many_processes_at_once_make_one_set_of_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        rings = set(threads.map(ensure_keys, [tmp_path] * 64))
    assert len(rings) == 1
    assert len(list((tmp_path / "keys").iterdir())) == 3


def test_an_emptied_key_file_is_refused(tmp_path: Path) -> None:
    ensure_keys(tmp_path)
    (tmp_path / "keys" / "secret_keys").write_text("\n")
    with pytest.raises(ImproperlyConfigured, match="secret_keys is empty"):
        ensure_keys(tmp_path)


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ImproperlyConfigured, match="TASKLY_HOME"):
        ensure_keys(tmp_path / "file")


def test_derived_keys_differ_by_purpose_and_follow_the_ring() -> None:
    keys = derived_keys(["newest", "older"])
    assert keys.secret_keys == ("newest", "older")
    assert keys.token_keys[1] == derived_keys(["older"]).token_keys[0]
    assert len({*keys.token_keys, *keys.encryption_keys}) == 4
    assert all(map(is_encryption_key, keys.encryption_keys))
    assert not is_encryption_key("no base 64")


def start(code: str, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of its own, with this environment and nothing else."""
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; {code}"],
        cwd=CHECKOUT,
        env={
            **inherited(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "TASKLY_ENV_FILE": str(tmp_path / "env"),
            "TASKLY_HOME": str(tmp_path / "home"),
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_debug_and_without_a_secret_key_it_does_not_start(tmp_path: Path) -> None:
    ended = start("settings.DEBUG", tmp_path, DATABASE_URL=GOOD_ADDRESS)
    assert ended.returncode != 0
    assert "SECRET_KEY: it is missing" in ended.stderr
    assert not (tmp_path / "home").exists()


def test_the_embedded_database_needs_no_configuration(tmp_path: Path) -> None:
    ended = start("print(settings.DEBUG, len(settings.SECRET_KEY))", tmp_path)
    assert ended.stdout.split() == ["False", "67"]
    again = start("print(settings.SECRET_KEY)", tmp_path)
    assert again.stdout.strip() == (tmp_path / "home/keys/secret_keys").read_text().strip()


def test_debug_needs_no_secret_key(tmp_path: Path) -> None:
    ended = start(
        "print(bool(settings.SECRET_KEY))", tmp_path, DATABASE_URL=GOOD_ADDRESS, DEBUG="1"
    )
    assert ended.stdout.strip() == "True"


def test_a_file_is_read_beneath_the_environment(tmp_path: Path) -> None:
    (tmp_path / "env").write_text(f"SECRET_KEY={GOOD_SECRET}\nTASKLY_SLOW_QUERY_MS=77\nPORT=9000\n")
    ended = start(
        "print(settings.TASKLY_SLOW_QUERY_MS, settings.TASKLY_BASE_URL)", tmp_path, PORT="9100"
    )
    assert ended.stdout.split() == ["77", "http://127.0.0.1:9100"]


def test_the_example_file_refuses_to_start_with_its_placeholders(tmp_path: Path) -> None:
    lines = (CHECKOUT / ".env.example").read_text().splitlines()
    said = [line.removeprefix("# ") for line in lines if line.startswith("# SECRET_KEY=")]
    assert len(said) == 1
    (tmp_path / "env").write_text(said[0] + "\n")
    ended = start("settings.DEBUG", tmp_path)
    assert "SECRET_KEY: it holds a placeholder" in ended.stderr


def test_the_deployment_check_is_clean_in_a_production_configuration(tmp_path: Path) -> None:
    ended = start(
        "from django.core.management import execute_from_command_line as run; "
        "run(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])",
        tmp_path,
        SECRET_KEY=GOOD_SECRET,
        DATABASE_URL=GOOD_ADDRESS,
        TASKLY_BASE_URL="https://tasks.example.com",
        TASKLY_PROXIES="1",
    )
    assert ended.returncode == 0, ended.stderr
    assert "no issues" in ended.stdout


def test_the_folder_of_a_socket_can_stand_as_the_host():
    environment = Environment({"DATABASE_URL": "postgres://me@%2Frun%2FMy%20pg:5433/taskly"})
    config = environment.postgres("DATABASE_URL")
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("/run/My pg", 5433, "taskly")
