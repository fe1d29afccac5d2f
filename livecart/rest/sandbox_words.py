"""What the sandbox's page says, in the languages of the shop's pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from livecart.domain.payment import PaymentState
from livecart.services.sandbox import Press


@dataclass(frozen=True, slots=True)
class Words:
    """`answered` has a place for the shop's answers, `late` for the field of seconds."""

    language: str
    title: str
    top_up: str
    note: str
    answered: str
    unanswered: str
    late: str
    back: str
    buttons: Mapping[Press, str]
    states: Mapping[PaymentState, str]


_ENGLISH = Words(
    language="en",
    title="Sandbox payment",
    top_up="Top-up of a wallet",
    note="This is a test page: no money moves. Choose what the payment provider shall do.",
    answered="The shop answered: {}.",
    unanswered="no answer",
    late="Late means after {} seconds",
    back="Back to the shop without paying",
    buttons={
        Press.SUCCEED: "Pay",
        Press.DECLINE: "Decline the card",
        Press.LATE: "Pay, but tell the shop late",
        Press.DUPLICATE: "Pay, and tell the shop ten times",
        Press.REORDER: "Pay, and tell the shop in the wrong order",
        Press.FORGED: "Tell the shop with a forged signature",
    },
    states={
        PaymentState.CREATED: "Not paid yet.",
        PaymentState.PROCESSING: "The shop knows that the payment is under way.",
        PaymentState.FAILED: "The card was declined. You can try again.",
        PaymentState.CAPTURED: "The shop knows that this is paid.",
        PaymentState.REFUNDED: "The shop gave this back.",
    },
)
_CHINESE = Words(
    language="zh-CN",
    title="沙盒支付",
    top_up="钱包充值",
    note="这是测试页面，不会动用真实资金。请选择支付服务商应如何处理。",
    answered="店铺的答复：{}。",
    unanswered="无答复",
    late="延迟 {} 秒",
    back="不付款，返回店铺",
    buttons={
        Press.SUCCEED: "付款",
        Press.DECLINE: "银行卡被拒",
        Press.LATE: "付款，但延迟通知店铺",
        Press.DUPLICATE: "付款，并通知店铺十次",
        Press.REORDER: "付款，但以错误的顺序通知店铺",
        Press.FORGED: "用伪造的签名通知店铺",
    },
    states={
        PaymentState.CREATED: "尚未付款。",
        PaymentState.PROCESSING: "店铺已知付款正在处理。",
        PaymentState.FAILED: "银行卡被拒，可以再试一次。",
        PaymentState.CAPTURED: "店铺已知这笔款项付清。",
        PaymentState.REFUNDED: "店铺已退款。",
    },
)


def words_for(accepted: str) -> Words:
    """Of an Accept-Language, in which browsers put first what a person likes best."""
    return _CHINESE if accepted.strip().lower().startswith("zh") else _ENGLISH
