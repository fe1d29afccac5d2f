"""Measures files, functions, classes and signatures. `python -m tests.style.sizes` prints the largest of each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.style.sources import CODE, files, is_migration, python_files, text

Function = ast.FunctionDef | ast.AsyncFunctionDef
_RECORDS = {"Struct", "NamedTuple", "TypedDict", "Protocol", "Enum", "StrEnum", "IntEnum", "IntFlag", "Flag"}


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """How large one thing is; `where` is `path` or `path:name`."""

    amount: int
    where: str


def file_lengths() -> list[Size]:
    """Code, tests and the front end. Migrations are records of the past and don't count."""
    measured = [path for path in python_files(*CODE, "tests") if not is_migration(path)]
    measured += [path for path in files() if path.parts[:2] == ("web", "src") and path.suffix in {".ts", ".tsx"}]
    return [Size(len(text(path).splitlines()), str(path)) for path in measured]


def code_sizes(measure: Callable[[ast.Module, str], Iterator[Size]]) -> list[Size]:
    paths = [path for path in python_files(*CODE) if not is_migration(path)]
    return [size for path in paths for size in measure(_tree(path), str(path))]


def function_lengths(tree: ast.Module, where: str) -> Iterator[Size]:
    """Lines from `def` to the last one; decorators don't count."""
    for name, function in _functions(tree):
        yield Size((function.end_lineno or function.lineno) - function.lineno + 1, f"{where}:{name}")


def signature_lengths(tree: ast.Module, where: str) -> Iterator[Size]:
    """Parameters besides `self` and `cls`; `*args` and `**kwargs` count as one each."""
    for name, function in _functions(tree):
        of = function.args
        named = [each.arg for each in (*of.posonlyargs, *of.args, *of.kwonlyargs)]
        if named[:1] in (["self"], ["cls"]):
            named = named[1:]
        yield Size(len(named) + (of.vararg is not None) + (of.kwarg is not None), f"{where}:{name}")


def class_attributes(tree: ast.Module, where: str) -> Iterator[Size]:
    """What an object carries: `self.x = …` anywhere in it, and the fields of a dataclass that can change.

    Frozen dataclasses, structs, enums and protocols only hold data, so their fields don't count.
    """
    for each in ast.walk(tree):
        if isinstance(each, ast.ClassDef):
            names = set(_assigned(each))
            if not _is_record(each):
                names |= {one.target.id for one in each.body if _is_field(one)}  # type: ignore[attr-defined]
            yield Size(len(names), f"{where}:{each.name}")


def _tree(path: Path) -> ast.Module:
    return ast.parse(text(path), str(path))


def _functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    def inside(body: Sequence[ast.AST], prefix: str) -> Iterator[tuple[str, Function]]:
        for node in body:
            if isinstance(node, Function):
                yield prefix + node.name, node
            if isinstance(node, Function | ast.ClassDef):
                yield from inside(node.body, f"{prefix}{node.name}.")
            elif not isinstance(node, ast.Lambda):
                yield from inside(list(ast.iter_child_nodes(node)), prefix)

    yield from inside(tree.body, "")


def _assigned(of: ast.ClassDef) -> Iterator[str]:
    for node in ast.walk(of):
        if not (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)):
            continue
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            yield node.attr


def _is_field(node: ast.stmt) -> bool:
    if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)):
        return False
    return "ClassVar" not in ast.unparse(node.annotation)


def _is_record(of: ast.ClassDef) -> bool:
    bases = {ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in of.bases}
    frozen = any(
        isinstance(mark, ast.Call)
        and ast.unparse(mark.func).endswith("dataclass")
        and any(word.arg == "frozen" and ast.unparse(word.value) == "True" for word in mark.keywords)
        for mark in of.decorator_list
    )
    methods = any(isinstance(one, Function) for one in of.body)
    return frozen or not methods or bool(bases & _RECORDS)


def worst(sizes: list[Size], count: int = 8) -> str:
    return "\n".join(f"{size.amount:>6}  {size.where}" for size in sorted(sizes, reverse=True)[:count])


if __name__ == "__main__":
    for title, found in (
        ("lines in a file", file_lengths()),
        ("lines in a function", code_sizes(function_lengths)),
        ("attributes of a class", code_sizes(class_attributes)),
        ("parameters", code_sizes(signature_lengths)),
    ):
        print(f"{title}\n{worst(found)}\n")  # noqa: T201 -- the table is what this command is for
