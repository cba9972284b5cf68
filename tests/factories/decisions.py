"""Transcripts, decisions and how they relate."""

import datetime

import factory
from factory.django import DjangoModelFactory

from decisions.models import Decision, DecisionRelationship, Transcript
from tests.factories.projects import ProjectFactory


class TranscriptFactory(DjangoModelFactory):
    class Meta:
        model = Transcript

    project = factory.SubFactory(ProjectFactory)
    workspace = factory.SelfAttribute("project.workspace")
    title = factory.Sequence(lambda n: f"Meeting {n}")
    occurred_at = datetime.datetime(2026, 11, 2, 9, tzinfo=datetime.UTC)
    participants = factory.LazyFunction(lambda: [{"name": "Ada Admin", "role": "chair"}])
    content = "Ada: shall we?\nMax: yes."


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    project = factory.SubFactory(ProjectFactory)
    workspace = factory.SelfAttribute("project.workspace")
    title = factory.Sequence(lambda n: f"Decision {n}")
    statement = "We do it so."


class DecisionRelationshipFactory(DjangoModelFactory):
    """How one decision bears on another: on a new one of its project, unless it is said."""

    class Meta:
        model = DecisionRelationship

    source = factory.SubFactory(DecisionFactory)
    project = factory.SelfAttribute("source.project")
    workspace = factory.SelfAttribute("source.workspace")
    target = factory.SubFactory(DecisionFactory, project=factory.SelfAttribute("..project"))
    kind = DecisionRelationship.Kind.DEPENDS_ON
