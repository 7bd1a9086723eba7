"""What a check found: lines of what was checked, what was wrong, and whom one had to trust."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """Result of verifying one return."""

    return_id: str
    server: str
    checked: list = field(default_factory=list)  # sentences
    wrong: list = field(default_factory=list)  # {"where": entry or field, "detail": sentence}
    trusted: list = field(default_factory=list)  # sentences

    @property
    def verified(self) -> bool:
        return not self.wrong

    def fault(self, where: str, detail: str) -> None:
        """Something is wrong, at an entry or a field."""
        self.wrong.append({"where": where, "detail": detail})

    def to_json(self) -> dict:
        return {
            "return_id": self.return_id,
            "server": self.server,
            "verified": self.verified,
            "checked": self.checked,
            "wrong": self.wrong,
            "trusted": self.trusted,
        }

    def to_text(self) -> str:
        """The same for people."""
        lines = [f"checked: {text}" for text in self.checked]
        lines += [f"WRONG: {item['where']}: {item['detail']}" for item in self.wrong]
        lines += [f"trusted: {text}" for text in self.trusted]
        lines.append("Verified." if self.verified else "NOT verified.")
        return "\n".join(lines)
