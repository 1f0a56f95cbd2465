"""Code in comments: a layer that was switched off, a print, a type comment.  Such a comment claims nothing about shapes.

Three in a hundred comments of real files are code, and some of that code holds lists that look like shapes.
"""

from __future__ import annotations

from collections.abc import Sequence

from .terms import after_worth
from .tokens import Token, tokenize
from .vocabulary import is_size_name, roles_of

__all__ = ["is_code", "is_code_tokens"]

_STATEMENTS = frozenset(("import", "elif", "except", "raise", "assert", "del", "lambda", "yield", "global", "nonlocal"))
_BEFORE_EXPRESSION = frozenset(("return", "print", "not", "pass", "break", "continue"))
_BLOCKS = frozenset(("if", "for", "while", "with", "else", "try", "finally", "async", "def", "class"))
_FUNCTIONS = frozenset(
    ("print", "len", "range", "int", "float", "str", "list", "tuple", "zip", "enumerate", "super", "isinstance",
     "getattr", "set", "max", "min", "sum", "summary", "conv", "view", "reshape")
)  # fmt: skip
_CONSTANTS = frozenset(("True", "False", "None", "self"))


def is_code(text: str) -> bool:
    """Whether a comment is Python that was commented out (``# nn.Conv2d(3, 64, 4),``), a ``type:`` comment, a pragma.

    A fragment counts too, such as one line of a call that spans several.  ``# x.shape = (1, 3)`` and
    ``# mask.view(-1): [B, 4]`` do not count: they say what the shape of a value is.
    """
    return is_code_tokens(tokenize(text))


def is_code_tokens(tokens: Sequence[Token]) -> bool:
    """:func:`is_code`, of tokens."""
    at = 0
    while tokens[at].kind in ("#", ">"):
        at += 1
    tokens = [token._replace(kind="name") if token.kind == "x" else token for token in tokens[at:]]
    first, second = tokens[0], tokens[1] if len(tokens) > 1 else tokens[0]
    if first.kind == "@" and second.glued:
        return True
    if first.kind == "quote" and second.kind == "name" and [token.kind for token in tokens[2:4]] == ["quote", ":"]:
        return True  # an entry of a dict
    if first.kind != "name":
        return first.kind in (")", "]", "}") and second.kind in (",", "end", ".", ")") and first.kind != "]"
    if first.text in _STATEMENTS and not (second.kind == "name" and second.text in ("of", "for", "is", "the")):
        return True
    if first.text in ("from", "type", "noqa", "pragma", "pylint", "fmt"):
        return second.kind == ":" or any(token.text == "import" for token in tokens)
    if first.text in _BLOCKS and _last(tokens).kind == ":":
        return True
    if first.text in _BEFORE_EXPRESSION and (second.kind in ("(", "end", "name") and len(tokens) < 5):
        return first.text != "return" or second.kind != "("
    if first.text == "return" and (second.kind != "name" or roles_of(second.text) is None or tokens[2].kind == ","):
        return second.kind != ":"
    if first.kind == "." and second.kind == "name" and second.glued:
        return True  # ".expand(3, 4)"
    return _assigns(tokens) or _calls(tokens)


def _last(tokens: Sequence[Token]) -> Token:
    return tokens[-2] if len(tokens) > 1 else tokens[-1]


def _assigns(tokens: Sequence[Token]) -> bool:
    """``name = expression`` whose right side is not a shape but a call, an attribute, a constant; or a keyword argument."""
    at, targets = 0, 0
    while tokens[at].kind in ("name", ".", ",") or (tokens[at].kind in "[]" and tokens[at].glued):
        targets += tokens[at].kind == "name" and (at == 0 or tokens[at - 1].kind != ".")
        if at and tokens[at].kind == "name" and tokens[at - 1].kind == "name":
            return False
        at += 1
    if tokens[at].kind in ("+", "-", "*", "/") and tokens[at + 1].kind == "=" and tokens[at + 1].glued:
        return at > 0
    if tokens[at].kind != "=" or at == 0 or tokens[at + 1].kind == "=":
        return False
    right = tokens[at + 1 :]
    match right[0].kind:
        case "quote":
            return True
        case "name":
            follows = right[1].kind
            return right[0].text in _CONSTANTS or follows in ("end", ",") or (right[1].glued and follows in ".([")
        case "number" | "decimal" | "-":
            return _last(tokens).kind == "," or right[1].kind == "end" or right[0].kind == "decimal"
    return _last(tokens).kind == ","


def _calls(tokens: Sequence[Token]) -> bool:
    """Whether something is called that is not a word of the vocabulary."""
    for index, token in enumerate(tokens[:-1]):
        following = tokens[index + 1]
        if token.kind != "name" or following.kind not in ("(", "[") or not following.glued:
            continue
        if following.kind == "[":
            if _is_class(token.text) and token.text != "Tensor":
                return True  # "Tuple[int, int]"
            continue
        dotted = index > 0 and tokens[index - 1].kind == "." and token.glued
        if is_size_name(token.text) and after_worth(tokens, index + 1) > index + 1:
            continue  # "self.ndf(64) * 32 * 32"
        if token.text in ("Size", "size", "shape", "Tensor", "tensor") and (dotted or token.text[0].isupper()):
            if token.text == "Tensor" and dotted:
                return True
            continue
        if roles_of(token.text) and not dotted:
            if index == 0 and token.text[0].isupper() and _last(tokens).kind == ",":
                return True  # "Reshape(-1, 512),"
            continue
        called = dotted or token.text in _FUNCTIONS or _is_class(token.text) or "_" in token.text
        if called and not _explained(tokens, index + 1):
            return True
    return False


def _is_class(name: str) -> bool:
    """``Conv2d``, ``LeakyReLU``, not ``B`` or ``HW``."""
    return len(name) > 3 and name[0].isupper() and not name.isupper() and roles_of(name) is None


def _explained(tokens: Sequence[Token], opening: int) -> bool:
    """Whether a colon follows the call that opens there: then the comment says what the call gives."""
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index].kind in "([{") - (tokens[index].kind in ")]}")
        if depth == 0:
            return tokens[index + 1].kind == ":" and tokens[index + 2].kind != "end"
    return False
