"""What the chat filter costs for each message, by the length of its lists, and what it finds in ordinary sentences.

    python -m bench.filter [--rounds 20]

`tests/vectors/shopping_sentences.txt` are 500 lines as people write them in a shop's chat; whatever the word list of
`tests/vectors/block_words.txt` finds in them is printed as a false positive. The rest of a list is made of syllables.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from livecart.domain.folding import fold, readings
from livecart.domain.word_filter import Filter
from livecart.domain.word_list import Entry, parse_list

VECTORS = Path(__file__).parents[1] / "tests" / "vectors"
SIZES = (0, 2_000, 20_000, 200_000)
SYLLABLES = re.findall("..", "bakotrivelmunshadorpiqueslanfrogizemtakulornychewistra")
BUDGET_US = 50


def sentences() -> list[str]:
    return (VECTORS / "shopping_sentences.txt").read_text("utf-8").splitlines()


def block_words() -> tuple[Entry, ...]:
    return parse_list((VECTORS / "block_words.txt").read_text("utf-8")).entries


def made_up(count: int) -> list[Entry]:
    """Invented words, half of them Latin and half of three to five ideographs."""
    rng = random.Random(1)
    words: dict[str, None] = {}
    while len(words) < count:
        if len(words) % 2:
            words["".join(rng.choices(SYLLABLES, k=rng.randint(3, 5)))] = None
        else:
            words[fold("".join(chr(rng.randint(0x4E00, 0x9FA5)) for _ in range(rng.randint(3, 5))))] = None
    return [Entry(word) for word in words]


def evaders(lines: Sequence[str]) -> Iterator[str]:
    """The same lines dressed up, which is what costs most: wide, spelled out, with something unseen in each gap."""
    for number, line in enumerate(lines):
        match number % 3:
            case 0:
                yield "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in line)
            case 1:
                yield " ".join(line[:40])
            case _:
                yield "\u200b".join(line)


def cost_us(words: Filter, lines: Sequence[str], rounds: int) -> tuple[float, float]:
    """The median and the 99th percentile of one message."""
    took = []
    for _ in range(rounds):
        for line in lines:
            begun = time.perf_counter()
            words.find(readings(line))
            took.append(time.perf_counter() - begun)
    took.sort()
    return took[len(took) // 2] * 1e6, took[int(len(took) * 0.99)] * 1e6


def build(entries: Sequence[Entry]) -> tuple[Filter, float, float]:
    """The filter, the seconds it took in a thread, and the longest that the main thread got no turn meanwhile."""
    made: list[Filter] = []
    thread = threading.Thread(target=lambda: made.append(Filter([("bench", entries)])))
    begun = last = time.perf_counter()
    longest = 0.0
    thread.start()
    while thread.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return made[0], last - begun, longest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    plain, real = sentences(), block_words()
    dressed = list(evaders(plain))
    readings("預熱")
    for size in SIZES:
        entries = [*real, *made_up(size - len(real))] if size else []
        words, built_s, stalled_s = build(entries)
        usual, slow = cost_us(words, plain, rounds)
        hard, hardest = cost_us(words, dressed, rounds)
        row = {
            "words": len(words),
            "us_p50": round(usual, 1),
            "us_p99": round(slow, 1),
            "evading_us_p50": round(hard, 1),
            "evading_us_p99": round(hardest, 1),
            "within_50_us": usual <= BUDGET_US,
            "built_s": round(built_s, 2),
            "stalled_ms": round(stalled_s * 1000, 1),
        }
        print(json.dumps(row), flush=True)
    judge = Filter([("block", real)])
    found = [(line, judge.find(readings(line))) for line in plain]
    for line, rule in found:
        if rule is not None:
            print(json.dumps({"false_positive": line, "entry": rule.entry.text, "verdict": rule.entry.verdict}))
    wrong = sum(rule is not None for _, rule in found)
    print(json.dumps({"sentences": len(plain), "entries": len(real), "false_positives": wrong}))


if __name__ == "__main__":
    main()
