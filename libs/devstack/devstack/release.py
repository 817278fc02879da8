"""What a release carries beside its images: notes from the changelog, and a compose file that names digests.

The release workflow runs it with the standard library alone:

    python3 -m devstack.release notes v1.2.0      the section of that version
    python3 -m devstack.release built             the images that are built here, by name, one a line
    python3 -m devstack.release others            the images of others, as the compose file names them
    python3 -m devstack.release compose <images   the compose file; each line `NAME IMAGE@sha256:DIGEST`
"""

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

_ROOT = Path(__file__).parents[3]
# An image is named as its package's folder: `{context: ., args: {SERVICE: libs/stores}}` builds `stores`.
_BUILD = re.compile(r"(?m)^( *)build: (?:.*SERVICE: (?:libs/)?([\w-]+)\}\}|([\w-]+))$")
_IMAGE = re.compile(r"(?m)^( *)image: (\S+)$")
_BY_DIGEST = re.compile(r"\S+@sha256:[0-9a-f]{64}")


class ReleaseError(Exception):
    """What keeps this state of the repository from being released."""


def notes(changelog: str, tag: str) -> str:
    """The section of the version that the tag `v1.2.0` names, without its heading."""
    version = re.escape(tag.removeprefix("v"))
    heading = rf"^## \[?{version}\]?(?: - \d{{4}}-\d{{2}}-\d{{2}})?\n"
    section = re.search(rf"(?ms){heading}(.*?)(?=^## |\Z)", changelog)
    if not section or not section[1].strip():
        raise ReleaseError(f"CHANGELOG.md has no section with notes for {tag}.")
    return section[1].strip()


def built(compose: str) -> list[str]:
    """The names of the images that are built here."""
    return list(dict.fromkeys(name or folder for _, name, folder in _BUILD.findall(compose)))


def others(compose: str) -> list[str]:
    """The images that are not built here."""
    return list(dict.fromkeys(image for _, image in _IMAGE.findall(compose)))


def with_digests(compose: str, images: dict[str, str]) -> str:
    """The compose file that builds nothing, and names each image by its digest."""
    missing = {*built(compose), *others(compose)} - images.keys()
    if missing:
        raise ReleaseError(f"No image is given for {', '.join(sorted(missing))}.")
    for name, image in images.items():
        if not _BY_DIGEST.fullmatch(image):
            raise ReleaseError(f"The image of {name} is not named by its digest: {image}")
    compose = _IMAGE.sub(lambda line: f"{line[1]}image: {images[line[2]]}", compose)
    compose = _BUILD.sub(lambda line: f"{line[1]}image: {images[line[2] or line[3]]}", compose)
    if left := re.search(r"(?m)^ *build:.*$", compose):
        raise ReleaseError(f"docker-compose.yml still builds: {left[0].strip()}")
    return compose


def _images(lines: Iterable[str]) -> dict[str, str]:
    return dict(line.split(maxsplit=1) for line in map(str.strip, lines) if line)


def _output(command: str, arguments: list[str]) -> str:
    if command == "notes":
        return notes((_ROOT / "CHANGELOG.md").read_text(), *arguments)
    compose = (_ROOT / "docker-compose.yml").read_text()
    if command == "compose":
        return with_digests(compose, _images(sys.stdin)).rstrip("\n")
    listed: dict[str, Callable[[str], list[str]]] = {"built": built, "others": others}
    return "\n".join(listed[command](compose))


if __name__ == "__main__":
    try:
        print(_output(sys.argv[1], sys.argv[2:]))
    except ReleaseError as error:
        sys.exit(str(error))
