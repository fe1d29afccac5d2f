"""What the pages say, in either of their languages, read from the pages' own words."""

from __future__ import annotations

import atexit
import json
import subprocess
from functools import cache
from typing import Literal

from tests.support.running_shop import ROOT

Language = Literal["en", "zh"]
LOCALES: dict[Language, str] = {"en": "en-US", "zh": "zh-CN"}


class Said:
    """`say("work.topic.new")`, or with what a sentence is made of, `say("text.goods.left", 27)`."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, path: str, *parts: object) -> str:
        """Raises KeyError for words that there are not."""
        process = _node()
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps([self.language, path, *parts]) + "\n")
        process.stdin.flush()
        said = json.loads(process.stdout.readline())
        if not isinstance(said, str):
            raise KeyError(path)
        return said


@cache
def _node() -> subprocess.Popen[str]:
    """One for the whole run: it ends with its input, which ends with us."""
    words = ["node", "scripts/words.mjs"]
    process = subprocess.Popen(words, cwd=ROOT / "web", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(process.communicate)
    return process


ENGLISH = Said("en")
