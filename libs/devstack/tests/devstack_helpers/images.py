"""What the images of the suite say themselves."""

import re
from pathlib import Path

from devstack.suite import ROOT


def environment_of_image(dockerfile: Path = ROOT / "Dockerfile") -> dict[str, str]:
    """The variables of the image that this file builds."""
    last_stage = dockerfile.read_text().rpartition("\nFROM ")[2]
    lines = re.findall(r"(?m)^ENV (.*)", last_stage)
    return dict(pair.split("=", 1) for line in lines for pair in line.split())
