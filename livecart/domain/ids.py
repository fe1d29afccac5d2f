"""The kinds of identifier. All are opaque strings outside; the types keep one kind from being passed for another."""

import re
from typing import NewType

PersonId = NewType("PersonId", str)
TopicId = NewType("TopicId", str)
ShowId = NewType("ShowId", str)
ProductId = NewType("ProductId", str)
VariantId = NewType("VariantId", str)
OrderId = NewType("OrderId", str)
MessageId = NewType("MessageId", str)
EventId = NewType("EventId", str)
AccountId = NewType("AccountId", str)
PaymentId = NewType("PaymentId", str)
RefundId = NewType("RefundId", str)
ReplyId = NewType("ReplyId", str)
OfferId = NewType("OfferId", str)
CouponCode = NewType("CouponCode", str)
PacketId = NewType("PacketId", str)
GiftId = NewType("GiftId", str)
StreakId = NewType("StreakId", str)
PlaceId = NewType("PlaceId", str)
ReportId = NewType("ReportId", str)
ReportCaseId = NewType("ReportCaseId", str)
CallId = NewType("CallId", str)
DuelId = NewType("DuelId", str)

_ID = re.compile(r"[\x21-\x7e]{1,128}")


def may_be_id(text: str) -> bool:
    """Could it be one of ours? What cannot names nothing, and no database need be asked (some refuse a zero byte)."""
    return bool(_ID.fullmatch(text))
