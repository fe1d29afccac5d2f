"""The proof that every cent and every unit is where it should be; `livecart audit` prints it."""

from __future__ import annotations

from collections.abc import Sequence

from livecart.services.store import Finding, Store


class Audit:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self) -> Sequence[Finding]:
        """Every invariant with the rows that break it; the books are in order when no finding has faults.

        Reads one moment, so it may run while a sale does. Raises UnavailableError.
        """
        async with self._store.read() as tx:
            return await tx.evidence.findings()


def in_order(findings: Sequence[Finding]) -> bool:
    return not any(finding.faults for finding in findings)
