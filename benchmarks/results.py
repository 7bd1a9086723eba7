"""What a benchmark found: a table for people, then one line of JSON for each figure."""

import json
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure with its rival and its bound."""

    name: str
    value: float
    unit: str
    against: str | None = None  # the rival, in words
    rival: float | None = None  # what the rival does, in the same unit
    most: float | None = None
    least: float | None = None
    least_ratio: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours divided by the rival's."""
        return self.value / self.rival if self.rival else None

    @property
    def complaint(self) -> str | None:
        """Which bound is broken, in words."""
        if self.most is not None and self.value > self.most:
            return f"{self.name} is {self.value:,.0f} {self.unit}, the most is {self.most:,}"
        if self.least is not None and self.value < self.least:
            return f"{self.name} is {self.value:,.0f} {self.unit}, the least is {self.least:,}"
        if self.least_ratio is not None and self.ratio < self.least_ratio:
            return f"{self.name} is {self.ratio:.2f} of {self.against}, the least is {self.least_ratio}"
        return None

    def to_json(self) -> dict:
        ratio = round(self.ratio, 3) if self.ratio is not None else None
        value = round(self.value, 1)
        return {"name": self.name, "value": value, "unit": self.unit, "against": self.against, "ratio": ratio}


def finish(figures: list[Figure]) -> int:
    """Prints the figures; the exit status, 1 if a bound is broken."""
    complaints = [figure.complaint for figure in figures if figure.complaint]
    for complaint in complaints:
        print(f"BROKEN: {complaint}", file=sys.stderr)
    sys.stderr.flush()
    for figure in figures:
        print(json.dumps(figure.to_json()), flush=True)
    return 1 if complaints else 0
