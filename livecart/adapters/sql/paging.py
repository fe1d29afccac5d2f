"""Cursor pagination by id, which sorts by time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Select

from livecart.services.store import Page


def paged(query: Select[Any], key: Column[Any], page: Page) -> Select[Any]:
    """`query` narrowed to one page of rows in the page's order."""
    if page.after is not None:
        query = query.where(key > page.after if page.oldest_first else key < page.after)
    return query.order_by(key.asc() if page.oldest_first else key.desc()).limit(page.limit)
