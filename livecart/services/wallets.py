"""Wallets: what a person has to spend, and the demo's way to fill it. No card is charged for that."""

from __future__ import annotations

from typing import Any

from livecart.domain.errors import ConflictError
from livecart.domain.idempotency import request_key
from livecart.domain.ledger import Wallet
from livecart.domain.money import Money, check_currency
from livecart.domain.people import Permission, Person
from livecart.domain.topping_up import TopUp, check_topup
from livecart.services.ports import Committer, Ids
from livecart.services.store import Store
from livecart.services.views_commerce import wallet_view


class Wallets:
    """`currency` is the shop's own, used where a request names none.

    `free`: people may have money for nothing, which is for the demo alone. Elsewhere a provider is paid (payments.py).
    """

    def __init__(self, store: Store, committer: Committer, ids: Ids, currency: str, *, free: bool = False) -> None:
        self._store = store
        self._committer = committer
        self._ids = ids
        self._currency = check_currency(currency)
        self._free = free

    @property
    def free(self) -> bool:
        return self._free

    async def get(self, person: Person) -> dict[str, Any]:
        """One balance per currency; the shop's own is shown from the start, at zero."""
        async with self._store.read() as tx:
            wallet = await tx.wallets.of(person.id)
        return wallet_view(wallet if wallet.balances else Wallet(person.id, (Money(0, self._currency),)))

    async def top_up(
        self, person: Person, key: str | None, *, amount_minor: int, currency: str | None = None
    ) -> dict[str, Any]:
        """Adds 1 to TOPUP_MAX_MINOR minor units that nobody pays for.

        Raises ConflictError `payment_needed` unless that is free here, `wallet_full`, `key_reused`.
        """
        person.require(Permission.BUY)
        if not self._free:
            raise ConflictError("a wallet is filled by paying here, and no way to pay is named", code="payment_needed")
        amount = {"amount_minor": amount_minor, "currency": currency}
        request = request_key(person.id, "wallet.topup", key, amount)
        money = Money(check_topup(amount_minor), currency or self._currency)
        command = TopUp(request=request, topup=self._ids.new(), person=person.id, amount=money)
        return wallet_view(await self._committer.submit(command))
