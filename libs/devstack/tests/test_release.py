"""The notes of a release, and its compose file."""

import re

import pytest
from devstack.release import ReleaseError, built, notes, others, with_digests
from devstack.services import SERVICES
from devstack.suite import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
WORKFLOW = (ROOT / ".github/workflows/release.yml").read_text()
CHANGELOG = """# Changelog

## Unreleased

### Added
- What comes.

## [1.10.0] - 2026-11-30

### Added
- Two things.

### Fixed
- One thing.

## 1.1.0
- The first.
"""


def digest(name: str) -> str:
    return f"example/{name}@sha256:{'0' * 64}"


IMAGES = {name: digest(name) for name in [*built(COMPOSE), *others(COMPOSE)]}


def test_releases_in_directories_of_their_own_are_one_project_with_the_same_volumes() -> None:
    assert re.findall(r"(?m)^name: .*$", with_digests(COMPOSE, IMAGES)) == ["name: task-hunter"]


def test_the_notes_are_the_section_of_that_version_alone() -> None:
    assert notes(CHANGELOG, "v1.10.0") == "### Added\n- Two things.\n\n### Fixed\n- One thing."
    assert notes(CHANGELOG, "v1.1.0") == "- The first."


@pytest.mark.parametrize("tag", ["v1.1", "v1.10", "v1x1.0", "v10.0"])
def test_a_version_without_a_section_has_no_notes(tag: str) -> None:
    with pytest.raises(ReleaseError, match=tag):
        notes(CHANGELOG, tag)


def test_a_section_without_a_line_is_refused() -> None:
    with pytest.raises(ReleaseError):
        notes("## 1.0.0\n\n## 0.9.0\n- Old.\n", "v1.0.0")


def test_what_is_built_here_is_what_the_workflow_builds() -> None:
    in_matrix = re.findall(r"\{name: ([\w-]+), context: (\S+), service: (\S+)\}", WORKFLOW)
    assert {name for name, _, _ in in_matrix} == set(built(COMPOSE))
    assert set(built(COMPOSE)) == {*SERVICES, "stores", "frontend"}
    for name, context, service in in_matrix:
        build = context if name == "frontend" else f"{{context: ., args: {{SERVICE: {service}}}}}"
        assert f"build: {build}\n" in COMPOSE


def test_each_image_is_named_by_its_digest_and_nothing_else_changes() -> None:
    lines = zip(COMPOSE.splitlines(), with_digests(COMPOSE, IMAGES).splitlines(), strict=True)
    changed = {before.strip(): after.strip() for before, after in lines if before != after}
    assert changed["build: frontend"] == f"image: {digest('frontend')}"
    assert (
        changed["build: {context: ., args: {SERVICE: libs/stores}}"] == f"image: {digest('stores')}"
    )
    assert changed["image: mongo:8.0"] == f"image: {digest('mongo:8.0')}"
    assert set(changed.values()) == {f"image: {image}" for image in IMAGES.values()}


def test_an_image_that_is_not_given_is_named() -> None:
    with pytest.raises(ReleaseError, match="tasks-service"):
        with_digests(COMPOSE, {name: it for name, it in IMAGES.items() if name != "tasks-service"})


@pytest.mark.parametrize("image", ["example/frontend:1.0.0", f"{digest('frontend')}0", "@sha256:0"])
def test_an_image_without_a_digest_is_refused(image: str) -> None:
    with pytest.raises(ReleaseError, match="frontend"):
        with_digests(COMPOSE, IMAGES | {"frontend": image})


def test_a_build_that_is_written_in_another_way_is_not_passed_over() -> None:
    with pytest.raises(ReleaseError, match="still builds"):
        with_digests(f"{COMPOSE}  another:\n    build:\n      context: .\n", IMAGES)
