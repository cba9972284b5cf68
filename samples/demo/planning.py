"""Scenes of planning: projects with their people, releases and features."""

from __future__ import annotations

from functools import partial

from cards.services import card_update
from projects.services import (
    feature_create,
    feature_update,
    project_archive,
    project_create,
    project_member_add,
    project_update,
    release_create,
    release_update,
)
from samples.demo.content.shapes import DemoFeature, DemoProject, DemoRelease
from samples.demo.story import Stage, Story


def tell(story: Story, content: DemoProject) -> None:
    story.at(content.made, partial(_make, story, content))
    for place, (name, role) in enumerate(content.roles.items(), 1):
        story.after(content.made, place, partial(_take_in, content, name, role))
    for release in content.releases:
        story.at(release.made, partial(_make_release, story, content, release))
        for when, status in release.steps:
            story.at(when, partial(_step_release, content, release, status))
    for feature in content.features:
        story.at(feature.made, partial(_make_feature, content, feature))
        for when, who, status, reason in feature.steps:
            story.at(when, partial(_step_feature, feature, who, status, reason))
    for when, who, changes in content.changes:
        story.at(when, partial(_change, content, who, changes))
    if content.archived is not None:
        when, who = content.archived
        story.at(when, partial(_archive, content, who))


def _make(story: Story, content: DemoProject, stage: Stage) -> None:
    day = story.calendar.day
    stage.projects[content.name] = project_create(
        actor=stage.people[content.by],
        workspace=stage.workspace,
        name=content.name,
        description=content.text,
        status=content.status,
        owner=stage.people[content.by],
        start_date=None if content.start is None else day(content.start),
        end_date=None if content.end is None else day(content.end),
    )


def _take_in(content: DemoProject, name: str, role: str, stage: Stage) -> None:
    project_member_add(
        project=stage.projects[content.name],
        user=stage.people[name],
        role=role,
        actor=stage.people[content.by],
    )


def _change(content: DemoProject, who: str, changes: dict[str, str], stage: Stage) -> None:
    project_update(project=stage.projects[content.name], actor=stage.people[who], changes=changes)


def _archive(content: DemoProject, who: str, stage: Stage) -> None:
    project_archive(project=stage.projects[content.name], actor=stage.people[who])


def _make_release(story: Story, content: DemoProject, release: DemoRelease, stage: Stage) -> None:
    stage.releases[content.name, release.version] = release_create(
        actor=stage.people[release.by],
        project=stage.projects[content.name],
        version=release.version,
        target_date=story.calendar.day(release.target),
        status=release.status,
    )


def _step_release(content: DemoProject, release: DemoRelease, status: str, stage: Stage) -> None:
    release_update(
        release=stage.releases[content.name, release.version],
        actor=stage.people[release.by],
        changes={"status": status},
    )


def _make_feature(content: DemoProject, feature: DemoFeature, stage: Stage) -> None:
    """Cards that are there already are tied to it; later ones are when they are made."""
    author = stage.people[feature.by]
    made = feature_create(
        actor=author,
        project=stage.projects[content.name],
        name=feature.name,
        description=feature.text,
        assigned_teams=feature.teams,
        assigned_po=feature.owner,
        release=stage.releases[content.name, feature.release] if feature.release else None,
    )
    stage.features[feature.name] = made
    for title in feature.cards:
        if title in stage.cards:
            card_update(card=stage.cards[title], actor=author, changes={"feature": made})


def _step_feature(feature: DemoFeature, who: str, status: str, reason: str, stage: Stage) -> None:
    feature_update(
        feature=stage.features[feature.name],
        actor=stage.people[who],
        changes={"status": status, "status_reason": reason},
    )
