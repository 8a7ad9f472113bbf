"""A picture's place in a document: how wide it stands."""

from __future__ import annotations

import re

HIGHEST = 92.0  # mm: two stand on a page, with their captions
MM = 25.4 / 96  # of a unit of SVG
_SIZE = re.compile(r'<svg[^>]*?\swidth="([\d.]+)(?:px)?"[^>]*?\sheight="([\d.]+)')


def width_of(svg: str, most: float) -> float:
    """The width in mm: the picture's own, unless it is wider than `most` or too high for a page."""
    found = _SIZE.search(svg)
    if found is None:
        return most
    width, height = float(found[1]) * MM, float(found[2]) * MM
    return min(most, width, HIGHEST * width / height) if width and height else most
