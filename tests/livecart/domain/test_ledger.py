from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import AccountId, PersonId
from livecart.domain.ledger import (
    Entry,
    Journal,
    JournalKind,
    clearing_account,
    escrow_account,
    external_account,
    fees_account,
    post,
    proceeds_account,
    transfer,
    wallet_account,
)
from livecart.domain.money import MAX_MINOR, Money

ANA = PersonId("ana")
AMOUNTS = st.integers(-1_000, 1_000)


def test_accounts_are_named_by_kind_owner_and_currency() -> None:
    assert wallet_account(ANA, "CNY").id == "wallet:ana:CNY"
    assert proceeds_account(ANA, "JPY").id == "proceeds:ana:JPY"
    assert fees_account("KWD").id == "fees:KWD"
    assert external_account("CNY").id == "external:CNY"
    assert escrow_account("packet-1", "CNY").id == "escrow:packet-1:CNY"
    assert clearing_account("sandbox", "JPY").id == "clearing:sandbox:JPY"
    assert escrow_account("packet-1", "CNY").owner is None


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from(["CNY", "JPY"])), max_size=8))
def test_a_journal_exists_only_if_it_sums_to_zero_in_each_currency(parts: list[tuple[int, str]]) -> None:
    entries = tuple(Entry(AccountId(f"a{n}"), Money(*part)) for n, part in enumerate(parts))
    balanced = all(sum(amount for amount, own in parts if own == currency) == 0 for currency in ("CNY", "JPY"))
    if entries and balanced:
        assert Journal(JournalKind.PAYMENT, "c", 0, entries).id == "payment:c"
    else:
        with pytest.raises(ValueError, match="sum to zero"):
            Journal(JournalKind.PAYMENT, "c", 0, entries)


@given(st.lists(st.integers(0, MAX_MINOR // 10), min_size=1, max_size=5))
def test_a_transfer_takes_what_it_gives(amounts: list[int]) -> None:
    parts = [(proceeds_account(PersonId(f"s{n}"), "CNY"), amount) for n, amount in enumerate(amounts)]
    journal = Journal(JournalKind.PAYMENT, "c", 0, transfer(wallet_account(ANA, "CNY"), *parts))
    assert journal.entries[0].amount.amount_minor == -sum(amounts)


def test_a_wallet_pays_to_its_last_cent_and_no_further() -> None:
    wallet, seller = replace(wallet_account(ANA, "CNY"), balance_minor=5), proceeds_account(PersonId("mei"), "CNY")
    accounts = {account.id: account for account in (wallet, seller)}
    after = {account.id: account.balance_minor for account in post(transfer(wallet, (seller, 5)), accounts.__getitem__)}
    assert after == {"wallet:ana:CNY": 0, "proceeds:mei:CNY": 5}
    with pytest.raises(ConflictError) as refusal:
        post(transfer(wallet, (seller, 6)), accounts.__getitem__)
    assert refusal.value.code == "insufficient_funds"


def test_several_entries_of_one_account_add_up() -> None:
    wallet, seller = replace(wallet_account(ANA, "CNY"), balance_minor=5), proceeds_account(PersonId("mei"), "CNY")
    after = post(transfer(wallet, (seller, 2), (seller, 3)), {wallet.id: wallet, seller.id: seller}.__getitem__)
    assert {account.balance_minor for account in after} == {0, 5}


def test_only_the_world_outside_may_stand_below_zero_and_a_wallet_has_a_limit() -> None:
    external, wallet = external_account("CNY"), wallet_account(ANA, "CNY")
    accounts = {account.id: account for account in (external, replace(wallet, balance_minor=MAX_MINOR - 1))}
    assert post(transfer(external, (wallet, 1)), accounts.__getitem__)[0].balance_minor == -1
    with pytest.raises(ConflictError) as refusal:
        post(transfer(external, (wallet, 2)), accounts.__getitem__)
    assert refusal.value.code == "wallet_full"


def test_clearing_goes_below_zero_and_escrow_does_not() -> None:
    clearing, escrow, wallet = (
        clearing_account("sandbox", "CNY"),
        escrow_account("p", "CNY"),
        wallet_account(ANA, "CNY"),
    )
    accounts = {account.id: account for account in (clearing, escrow, wallet)}
    assert post(transfer(clearing, (wallet, 7)), accounts.__getitem__)[0].balance_minor == -7
    with pytest.raises(ConflictError) as refusal:
        post(transfer(escrow, (wallet, 7)), accounts.__getitem__)
    assert refusal.value.code == "insufficient_funds"


def test_currencies_do_not_mix() -> None:
    yen = wallet_account(ANA, "JPY")
    with pytest.raises(InvalidError):
        post((Entry(yen.id, Money(1, "CNY")),), {yen.id: yen}.__getitem__)
