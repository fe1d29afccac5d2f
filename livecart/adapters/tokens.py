"""Session tokens (random, kept as digests), publish tokens (JWT, HS256, signed with the shop's secret), and addresses
in a form that tells two apart and names none."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

import jwt
import msgspec

from livecart.domain.addresses import household_of
from livecart.domain.ids import PersonId, ShowId
from livecart.services.ports import PublishGrant

TOKEN_BYTES = 32
_AUDIENCE = "livecart:publish"
_REQUIRED = ["exp", "aud", "sub", "show", "ver"]
# A JWT of ours has about 300 characters; longer ones are not even decoded.
_TOKEN_MAX = 2_000


class _Claims(msgspec.Struct, frozen=True):
    """`ver`: of the show's topic. `call`, `slot` and `num` are a caller's, `key` an encoder's: see PublishGrant."""

    sub: str
    show: str
    ver: int
    exp: int
    call: str | None = None
    slot: int = 0
    num: int = 0
    key: int | None = None


class RandomTokens:
    def new(self) -> str:
        return secrets.token_urlsafe(TOKEN_BYTES)

    def digest(self, token: str) -> str:
        # The token has 256 random bits, so a plain hash is enough: there is nothing to guess from a list.
        return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class JwtPublishTokens:
    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"livecart publish token\0" + secret.encode()).digest()

    def issue(self, grant: PublishGrant) -> str:
        claims: dict[str, str | int] = {
            "aud": _AUDIENCE,
            "sub": grant.holder,
            "show": grant.show,
            "ver": grant.topic_version,
            "exp": grant.expires_at_ms // 1000,
        }
        if grant.call is not None:
            claims |= {"call": grant.call, "slot": grant.slot, "num": grant.number}
        if grant.key is not None:
            claims["key"] = grant.key
        return jwt.encode(claims, self._key, algorithm="HS256")

    def verify(self, token: str, now_ms: int) -> PublishGrant | None:
        # The library raises what is no error of its own for characters that UTF-8 has not.
        if len(token) > _TOKEN_MAX or not token.isascii():
            return None
        options: jwt.types.Options = {"require": _REQUIRED, "verify_exp": False}
        try:
            decoded = jwt.decode(token, self._key, algorithms=["HS256"], audience=_AUDIENCE, options=options)
            claims = msgspec.convert(decoded, _Claims)
        except (jwt.PyJWTError, msgspec.ValidationError):
            return None
        # Compared here and not in the library, whose clock cannot be given to it.
        if claims.exp * 1000 <= now_ms:
            return None
        said = ShowId(claims.show), PersonId(claims.sub), claims.ver, claims.exp * 1000
        return PublishGrant(*said, claims.call, claims.slot, claims.num, claims.key)


def address_digests(secret: str) -> Callable[[str], str | None]:
    """address -> digest, None for what is no address. Keyed: all addresses there are could be tried in an hour."""
    key = hashlib.sha256(b"livecart address\0" + secret.encode()).digest()

    def digest(address: str) -> str | None:
        household = household_of(address)
        return None if household is None else hmac.new(key, household.encode(), hashlib.sha256).hexdigest()[:32]

    return digest
