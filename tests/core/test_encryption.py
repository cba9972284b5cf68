"""Secrets that are kept encrypted: what reads them, and the many places where they never show."""

import json
import logging
import traceback

import pytest
from cryptography.fernet import Fernet
from django.contrib import admin
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.db import transaction
from django.forms import modelform_factory
from drf_spectacular.generators import SchemaGenerator

from core.encryption import (
    EncryptedField,
    SecretUnreadable,
    decrypt,
    encrypt,
    encrypted_fields,
    has_newest_key,
    reencrypt,
)
from projects.models import Project
from tests.factories import UserFactory, WorkspaceFactory
from workspaces.models import User

pytestmark = pytest.mark.django_db

SECRET = "gho_16C7e42F292c6912E7710c838347Ae178B4a"
OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


@pytest.fixture
def keys(settings):
    """`keys(newest, …)` makes these the installation's ring."""

    def use(*ring):
        settings.TASKLY_ENCRYPTION_KEYS = list(ring)

    return use


def test_a_secret_comes_back_as_it_was(keys):
    keys(NEW)
    for secret in (SECRET, "пароль 🔑", "", "x" * 100_000):
        kept = encrypt(secret)
        assert decrypt(kept) == decrypt(memoryview(kept)) == secret
        assert secret.encode() not in kept or not secret


def test_the_same_secret_never_looks_the_same_twice(keys):
    keys(NEW)
    assert encrypt(SECRET) != encrypt(SECRET)


def test_every_key_of_the_ring_decrypts_and_the_first_encrypts(keys):
    keys(OLD)
    kept = encrypt(SECRET)
    keys(NEW, OTHER, OLD)
    assert decrypt(kept) == SECRET
    assert not has_newest_key(kept)
    renewed = reencrypt(kept)
    assert has_newest_key(renewed)
    keys(NEW)
    assert decrypt(renewed) == SECRET


@pytest.mark.parametrize("damage", ["another key", "a changed byte", "cut off", "no token at all"])
def test_what_no_key_decrypts_is_said_without_its_content(keys, damage):
    keys(OTHER if damage == "another key" else NEW)
    kept = bytearray(encrypt(SECRET))
    keys(NEW, OLD)
    if damage == "a changed byte":
        kept[40] ^= 1
    elif damage == "cut off":
        kept = kept[:-8]
    elif damage == "no token at all":
        kept = bytearray(b"\x00\xff")
    for read in (decrypt, reencrypt):
        with pytest.raises(SecretUnreadable) as refused:
            read(bytes(kept))
        told = "".join(traceback.format_exception(refused.value)) + repr(refused.value)
        assert kept.decode(errors="replace") not in told
        assert refused.value.__cause__ is None


def test_a_column_takes_nothing_that_was_not_encrypted(member):
    member.github_access_token = SECRET.encode()
    with pytest.raises(ValueError, match="encrypt") as refused, transaction.atomic():
        member.save()
    assert SECRET not in str(refused.value)
    with pytest.raises(ValueError, match="encrypt"), transaction.atomic():
        User.objects.filter(pk=member.pk).update(github_access_token=SECRET.encode())
    assert User.objects.get(pk=member.pk).github_access_token is None


def test_a_row_holds_the_encrypted_bytes_and_never_the_secret():
    person = User.objects.get(pk=UserFactory(github_access_token=encrypt(SECRET)).pk)
    assert decrypt(person.github_access_token) == SECRET
    assert SECRET not in f"{person!r} {person} {vars(person)}"


def test_the_encrypted_columns_are_those_that_are_known():
    found = {f"{model._meta.db_table}.{column.column}" for model, column in encrypted_fields()}
    assert found >= {"users.github_access_token", "projects.webhook_secret"}


@pytest.mark.parametrize("format", ["json", "jsonl", "xml"])
def test_dumps_leave_secrets_out(format):
    person = UserFactory(github_access_token=encrypt(SECRET))
    project = Project.objects.create(
        workspace=WorkspaceFactory(), name="Alpha", webhook_secret=encrypt(SECRET)
    )
    dump = serializers.serialize(format, [person, project])
    assert "github_access_token" not in dump
    assert "webhook_secret" not in dump


def test_loading_a_dump_leaves_the_secrets_that_are_there(tmp_path):
    person = UserFactory(github_access_token=encrypt(SECRET))
    fixture = tmp_path / "people.json"
    fixture.write_text(serializers.serialize("json", [person]))
    User.objects.filter(pk=person.pk).update(full_name="Changed")
    call_command("loaddata", str(fixture), verbosity=0)
    loaded = User.objects.get(pk=person.pk)
    assert loaded.full_name == person.full_name
    assert decrypt(loaded.github_access_token) == SECRET


def test_a_fixture_brings_no_secret(tmp_path):
    person = UserFactory()
    [row] = json.loads(serializers.serialize("json", [person]))
    row["fields"]["github_access_token"] = SECRET
    fixture = tmp_path / "people.json"
    fixture.write_text(json.dumps([row]))
    with pytest.raises(DeserializationError):
        call_command("loaddata", str(fixture), verbosity=0)
    with pytest.raises(ValidationError):
        EncryptedField().to_python(SECRET)


def test_no_form_has_a_secret():
    for model, column in encrypted_fields():
        assert column.name not in modelform_factory(model, fields="__all__").base_fields


def test_no_page_of_the_admin_shows_a_secret(rf, operator):
    request = rf.get("/")
    request.user = operator
    for model, column in encrypted_fields():
        known = admin.site._registry.get(model)
        if known is None:
            continue
        named = repr(
            [
                known.get_list_display(request),
                known.get_list_filter(request),
                known.get_search_fields(request),
                known.get_fieldsets(request, model()),
                known.get_readonly_fields(request, model()),
            ]
        )
        assert f"'{column.name}'" not in named
        assert f"{column.name}__" not in named


def test_no_answer_of_the_api_has_a_secret_but_the_one_that_makes_it():
    document = SchemaGenerator().get_schema(public=True)
    names = {column.name for _model, column in encrypted_fields()}
    showing = {
        f"#/components/schemas/{name}"
        for name, schema in document["components"]["schemas"].items()
        if names & set(schema.get("properties", {}))
    }
    answering = {
        (method, path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if any(schema in json.dumps(operation) for schema in showing)
    }
    assert {path.rsplit("/", 2)[1] for _method, path in answering} == {"webhook-secret"}
    assert {method for method, _path in answering} == {"post"}


def test_a_log_line_has_neither_the_secret_nor_what_is_kept_of_it(caplog):
    person = UserFactory(github_access_token=encrypt(SECRET))
    with caplog.at_level(logging.DEBUG):
        decrypt(person.github_access_token)
    assert SECRET not in caplog.text
    assert person.github_access_token.decode() not in caplog.text
