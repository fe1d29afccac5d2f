"""The proof that every cent, every unit and every decision is where it should be; `livecart audit` prints it."""

from __future__ import annotations

from collections.abc import Sequence

from livecart.services.log_proof import LogProof
from livecart.services.store import Finding, Store


class Audit:
    """`proof`: of the moderation log; without it the log's chain is left out."""

    def __init__(self, store: Store, proof: LogProof | None = None) -> None:
        self._store = store
        self._proof = proof

    async def run(self) -> Sequence[Finding]:
        """Every invariant with the rows that break it; the books are in order when no finding has faults.

        Reads one moment, so it may run while a sale does. Raises UnavailableError.
        """
        copies, damage = ([], []) if self._proof is None else await self._proof.copied()
        async with self._store.read() as tx:
            findings = list(await tx.evidence.findings())
            if self._proof is not None:
                findings += await self._proof.findings(tx, copies, damage)
        return findings


def in_order(findings: Sequence[Finding]) -> bool:
    return not any(finding.faults for finding in findings)
