"""Projects, roles in them, releases and features."""

import factory
from factory.django import DjangoModelFactory

from projects.models import Feature, Project, ProjectMember, Release
from tests.factories.workspaces import WorkspaceFactory
from workspaces.models import WorkspaceMember


class ProjectFactory(DjangoModelFactory):
    class Meta:
        model = Project

    workspace = factory.SubFactory(WorkspaceFactory)
    name = factory.Sequence(lambda n: f"Project {n}")


class ProjectMemberFactory(DjangoModelFactory):
    """A role in a project; the person becomes a member of the workspace if need be."""

    class Meta:
        model = ProjectMember

    project = factory.SubFactory(ProjectFactory)
    workspace = factory.SelfAttribute("project.workspace")
    user = factory.SelfAttribute("project.workspace.created_by")
    role = ProjectMember.Role.CONTRIBUTOR

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        WorkspaceMember.objects.get_or_create(workspace=kwargs["workspace"], user=kwargs["user"])
        return super()._create(model_class, *args, **kwargs)


class ReleaseFactory(DjangoModelFactory):
    class Meta:
        model = Release

    project = factory.SubFactory(ProjectFactory)
    workspace = factory.SelfAttribute("project.workspace")
    version = factory.Sequence(lambda n: f"1.{n}")


class FeatureFactory(DjangoModelFactory):
    class Meta:
        model = Feature

    project = factory.SubFactory(ProjectFactory)
    workspace = factory.SelfAttribute("project.workspace")
    name = factory.Sequence(lambda n: f"Feature {n}")
