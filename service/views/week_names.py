"""What the keys of districts, categories and sources are called, for views that name them."""

from __future__ import annotations

from dataclasses import dataclass

from domain.catalogue import Categories, Division, Source
from domain.register import Register


@dataclass(frozen=True, slots=True)
class Names:
    """Looks names up in the catalogues of a register; a key that has no name there stands for itself."""

    register: Register

    def source(self, key: str) -> str:
        """The source's name."""
        found = self.register.find(Source, key)
        return found.name if found else key

    def district(self, source: str, key: str | None) -> str | None:
        """The district's name in the division that the source counts by; None: the whole municipality."""
        owner = self.register.find(Source, source)
        return self.in_division(owner.division, key) if owner and key else key

    def in_division(self, division: str, key: str) -> str:
        """The district's name in a division."""
        there = self.register.find(Division, division)
        found = there.districts.get(key) if there else None
        return found.name if found else key

    def category(self, key: str | None) -> str | None:
        """The category's name."""
        catalogue = self.register.find(Categories, "all")
        found = catalogue.categories.get(key) if catalogue and key else None
        return found.name if found else key

    def is_synthetic(self, source: str) -> bool:
        """Whether what the source says is made up."""
        found = self.register.find(Source, source)
        return found.synthetic if found else False
