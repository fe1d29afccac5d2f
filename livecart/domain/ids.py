"""The kinds of identifier. All are opaque strings outside; the types keep one kind from being passed for another."""

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
ReplyId = NewType("ReplyId", str)
PacketId = NewType("PacketId", str)
