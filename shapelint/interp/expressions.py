"""What expressions evaluate to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from ..shapes import Equality, Expr, Tensor, Unknown, compare, exact_quotient, fresh, less, quotient
from .assign import assign
from .attributes import get_attribute
from .calls import call, call_method, evaluate_arguments, operate_tensors
from .heap import join
from .imports import Deferred
from .iteration import ShapeOf, as_list, iterate
from .machine import Machine, expression
from .scope import Frame
from .values import Builtin, Choice, Class, External, Function, Gap, Instance, Ratio, Thrown

__all__ = ["operate", "subscript_key"]

_LONGEST = 1 << 16
_LARGEST_POWER = 512

_SYMBOLS = {
    "Add": "+", "Subtract": "-", "Multiply": "*", "Divide": "/", "FloorDivide": "//", "Modulo": "%", "Power": "**",
    "MatrixMultiply": "@", "BitAnd": "&", "BitOr": "|", "BitXor": "^", "LeftShift": "<<", "RightShift": ">>",
    "Equal": "==", "NotEqual": "!=", "LessThan": "<", "LessThanEqual": "<=", "GreaterThan": ">", "GreaterThanEqual": ">=",
    "Minus": "-", "Plus": "+", "BitInvert": "~",
}  # fmt: skip

_METHODS = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "//": "__floordiv__", "%": "__mod__",
    "@": "__matmul__", "**": "__pow__", "==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__",
    ">=": "__ge__", "|": "__or__", "&": "__and__",
}  # fmt: skip

_HOST: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "//": lambda a, b: a // b, "%": lambda a, b: a % b, "**": lambda a, b: a**b, "&": lambda a, b: a & b,
    "|": lambda a, b: a | b, "^": lambda a, b: a ^ b, "<<": lambda a, b: a << b, ">>": lambda a, b: a >> b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip

_PLAIN = (int, float, complex, str, bytes, list, tuple, dict, set, frozenset, range, type(None), type(...))


# -- atoms --------------------------------------------------------------------------------------------------------


@expression(cst.Name)
def _name(machine: Machine, node: cst.Name, frame: Frame) -> Any:
    name = node.value
    value = frame.names.get(name, frame)
    if value is frame or name in frame.elsewhere or type(value) is Deferred:
        return machine.project.look_up(machine, name, node, frame)
    return value


@expression(cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString)
def _literal(machine: Machine, node: cst.Integer, frame: Frame) -> Any:
    literals = frame.module.literals
    value = literals.get(node)
    if value is None:
        value = literals[node] = _constant(node)
    return value


def _constant(node: cst.Integer | cst.SimpleString) -> Any:
    """libcst compiles the literal; the common ones are read off."""
    text = node.value
    if text.isdigit():
        return int(text)
    if text[0] in "\"'" and "\\" not in text and not text.startswith(('"""', "'''")):
        return text[1:-1]
    return node.evaluated_value


@expression(cst.ConcatenatedString)
def _concatenated(machine: Machine, node: cst.ConcatenatedString, frame: Frame) -> Any:
    left, right = machine.evaluate(node.left, frame), machine.evaluate(node.right, frame)
    return left + right if isinstance(left, str) and isinstance(right, str) else Unknown("a formatted string")


@expression(cst.FormattedString)
def _formatted(machine: Machine, node: cst.FormattedString, frame: Frame) -> Any:
    text = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            text.append(part.value.replace("{{", "{").replace("}}", "}"))
            continue
        value = machine.evaluate(part.expression, frame)
        spec = "" if part.format_spec is None else "".join(
            p.value for p in part.format_spec if isinstance(p, cst.FormattedStringText)
        )
        if not isinstance(value, (str, int, float, Expr)) or part.conversion:
            return Unknown("a formatted string")
        try:
            text.append(format(value, spec) if not isinstance(value, Expr) else str(value))
        except (ValueError, TypeError):
            return Unknown("a formatted string")
    return "".join(text)


@expression(cst.Ellipsis)
def _ellipsis(machine: Machine, node: cst.Ellipsis, frame: Frame) -> Any:
    return ...


@expression(cst.Lambda)
def _lambda(machine: Machine, node: cst.Lambda, frame: Frame) -> Any:
    from .calls import defaults_of

    return Function("<lambda>", node, frame, defaults_of(machine, node.params, frame), frame.module)


@expression(cst.NamedExpr)
def _named(machine: Machine, node: cst.NamedExpr, frame: Frame) -> Any:
    value = machine.evaluate(node.value, frame)
    assign(machine, node.target, value, frame, {})
    return value


@expression(cst.Await)
def _await(machine: Machine, node: cst.Await, frame: Frame) -> Any:
    return Unknown("asynchronous code is not followed")


@expression(cst.Yield)
def _yield(machine: Machine, node: cst.Yield, frame: Frame) -> Any:
    if frame.yielded is not None:
        machine.heap.touch(frame.yielded)
        match node.value:
            case None:
                frame.yielded.append(None)
            case cst.From():
                frame.yielded.extend(iterate(machine, machine.evaluate(node.value.item, frame), node, frame))
            case value:
                frame.yielded.append(machine.evaluate(value, frame))
    return None


# -- displays -----------------------------------------------------------------------------------------------------


def _elements(machine: Machine, node: cst.List | cst.Tuple | cst.Set, frame: Frame) -> list[Any]:
    values: list[Any] = []
    for element in node.elements:
        value = machine.evaluate(element.value, frame)
        if isinstance(element, cst.StarredElement):
            values.extend(iterate(machine, value, element, frame))
        else:
            values.append(value)
    return values


@expression(cst.List)
def _list(machine: Machine, node: cst.List, frame: Frame) -> Any:
    return _elements(machine, node, frame)


@expression(cst.Tuple)
def _tuple(machine: Machine, node: cst.Tuple, frame: Frame) -> Any:
    return tuple(_elements(machine, node, frame))


@expression(cst.Set)
def _set(machine: Machine, node: cst.Set, frame: Frame) -> Any:
    try:
        return set(_elements(machine, node, frame))
    except TypeError:
        return Unknown("a set of unhashable values")


@expression(cst.Dict)
def _dict(machine: Machine, node: cst.Dict, frame: Frame) -> Any:
    result: dict[Any, Any] = {}
    for element in node.elements:
        value = machine.evaluate(element.value, frame)
        if isinstance(element, cst.StarredDictElement):
            if not isinstance(value, dict):
                return machine.unknown("a dict with unknown entries", node, frame)
            result.update(value)
            continue
        try:
            result[machine.evaluate(element.key, frame)] = value
        except TypeError:
            return machine.unknown("a dict with an unknown key", node, frame)
    return result


# -- comprehensions -----------------------------------------------------------------------------------------------


def _comprehend(machine: Machine, clause: cst.CompFor, frame: Frame, emit: Callable[[Frame], None]) -> bool:
    """Run the clauses of a comprehension; False where the elements are unknown."""
    for element in iterate(machine, machine.evaluate(clause.iter, frame), clause, frame):
        machine.burn()
        if isinstance(element, Gap):
            return False
        assign(machine, clause.target, element, frame, {})
        keep = True
        for condition in clause.ifs:
            known = machine.truth(machine.evaluate(condition.test, frame))
            if known is None:
                return False
            keep = keep and known
            if not keep:
                break
        if keep:
            if clause.inner_for_in is not None:
                if not _comprehend(machine, clause.inner_for_in, frame, emit):
                    return False
            else:
                emit(frame)
    return True


def _inner(frame: Frame) -> Frame:
    if frame.is_class and frame.outer is None:
        return Frame(frame.module, {}, outer=Frame(frame.module, frame.names), node=frame.node)
    return Frame(frame.module, {}, outer=frame, node=frame.node, owner=frame.owner, self=frame.self)


@expression(cst.ListComp, cst.GeneratorExp)
def _list_comprehension(machine: Machine, node: cst.ListComp, frame: Frame) -> Any:
    values: list[Any] = []
    whole = _comprehend(machine, node.for_in, _inner(frame), lambda f: values.append(machine.evaluate(node.elt, f)))
    return values if whole else [*values, Gap("a comprehension over unknown elements")]


@expression(cst.SetComp)
def _set_comprehension(machine: Machine, node: cst.SetComp, frame: Frame) -> Any:
    values: list[Any] = []
    whole = _comprehend(machine, node.for_in, _inner(frame), lambda f: values.append(machine.evaluate(node.elt, f)))
    try:
        return set(values) if whole else Unknown("a set of unknown elements")
    except TypeError:
        return Unknown("a set of unhashable values")


@expression(cst.DictComp)
def _dict_comprehension(machine: Machine, node: cst.DictComp, frame: Frame) -> Any:
    pairs: list[tuple[Any, Any]] = []

    def emit(inner: Frame) -> None:
        pairs.append((machine.evaluate(node.key, inner), machine.evaluate(node.value, inner)))

    whole = _comprehend(machine, node.for_in, _inner(frame), emit)
    try:
        return dict(pairs) if whole else Unknown("a dict of unknown entries")
    except TypeError:
        return Unknown("a dict with unhashable keys")


# -- operators ----------------------------------------------------------------------------------------------------


@expression(cst.BinaryOperation)
def _binary(machine: Machine, node: cst.BinaryOperation, frame: Frame) -> Any:
    left = machine.evaluate(node.left, frame)
    right = machine.evaluate(node.right, frame)
    return operate(machine, type(node.operator).__name__, left, right, node, frame)


@expression(cst.UnaryOperation)
def _unary(machine: Machine, node: cst.UnaryOperation, frame: Frame) -> Any:
    value = machine.evaluate(node.expression, frame)
    if isinstance(node.operator, cst.Not):
        known = machine.truth(value)
        if known is not None:
            return not known
        return machine.comparison(("not", _key(value)))
    symbol = _SYMBOLS[type(node.operator).__name__]
    match value:
        case Tensor():
            return operate_tensors(machine, symbol, value, None, node, frame)
        case int() | float() | complex():
            return -value if symbol == "-" else +value if symbol == "+" else ~value if isinstance(value, int) else value
        case Expr():
            return -value if symbol == "-" else value
        case _:
            return Unknown("a sign before an unknown value")


@expression(cst.BooleanOperation)
def _boolean(machine: Machine, node: cst.BooleanOperation, frame: Frame) -> Any:
    left = machine.evaluate(node.left, frame)
    known = machine.truth(left)
    is_and = isinstance(node.operator, cst.And)
    if known is not None:
        return machine.evaluate(node.right, frame) if known == is_and else left
    right = machine.fork(left, [(is_and, lambda: machine.evaluate(node.right, frame))])[0]
    decided = machine.truth(right)
    if decided is not None and decided != is_and:
        return decided  # ``unknown and False``, ``unknown or True``
    if isinstance(left, (Unknown, bool)) and isinstance(right, (Unknown, bool)):
        return machine.comparison((type(node.operator).__name__, _key(left), _key(right)))
    return join([left, right])


@expression(cst.Comparison)
def _comparison(machine: Machine, node: cst.Comparison, frame: Frame) -> Any:
    left = machine.evaluate(node.left, frame)
    result: Any = True
    for part in node.comparisons:
        right = machine.evaluate(part.comparator, frame)
        result = _compare(machine, part.operator, left, right, node, frame)
        if machine.truth(result) is False:
            return result
        left = right
    return result


def _compare(machine: Machine, operator: cst.BaseCompOp, left: Any, right: Any, node: cst.CSTNode, frame: Frame) -> Any:
    match operator:
        case cst.Is() | cst.IsNot():
            same = _is(left, right)
            if same is None:
                return machine.comparison((type(operator).__name__, _key(left), _key(right)))
            return same == isinstance(operator, cst.Is)
        case cst.In() | cst.NotIn():
            inside = _contains(machine, left, right)
            if inside is None:
                return machine.comparison((type(operator).__name__, _key(left), _key(right)))
            return inside == isinstance(operator, cst.In)
        case _:
            return operate(machine, type(operator).__name__, left, right, node, frame)


def _is(left: Any, right: Any) -> bool | None:
    if isinstance(left, Choice):
        answers = {_is(option, right) for option in left.options}
        return answers.pop() if len(answers) == 1 else None
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return True if left is right else None
    for side in (left, right):
        if isinstance(side, Expr) and side.as_symbol is not None and not side.as_symbol.uid:
            return None
    if isinstance(left, External) and isinstance(right, External):
        return left == right
    if isinstance(left, (int, str, float)) and isinstance(right, (int, str, float)):
        return type(left) is type(right) and left == right
    return left is right


def _contains(machine: Machine, element: Any, container: Any) -> bool | None:
    if isinstance(container, Instance):
        from .modules import contains

        return contains(machine, container, element)
    if isinstance(container, str):
        return element in container if isinstance(element, str) else None
    values = as_list(machine, container)
    if values is None:
        return None
    doubt = False
    for value in values:
        known = machine.truth(_equal(machine, element, value))
        if known:
            return True
        doubt = doubt or known is None
    return None if doubt else False


def _equal(machine: Machine, left: Any, right: Any) -> Any:
    """``left == right``."""
    match left, right:
        case (Unknown() | Choice() | Gap(), _) | (_, Unknown() | Choice() | Gap()):
            return True if left is right and not isinstance(left, Gap) else machine.comparison(("==", _key(left), _key(right)))
        case (Expr(), int() | Expr()) | (int(), Expr()):
            if machine.tape.bindings:
                left, right = _resolve(machine, left), _resolve(machine, right)
            match compare(left, right):
                case Equality.ALWAYS:
                    return True
                case Equality.NEVER if not _may_be_anything(left) and not _may_be_anything(right):
                    return False
            return machine.comparison(("==", left, right))
        case (Expr(), _) | (_, Expr()):
            return machine.comparison(("==", _key(left), _key(right)))
        case (tuple(), tuple()) | (list(), list()):
            if len(left) != len(right):
                return False
            answers = [machine.truth(_equal(machine, a, b)) for a, b in zip(left, right, strict=True)]
            if False in answers:
                return False
            return machine.comparison(("==", _key(left), _key(right))) if None in answers else True
        case _ if isinstance(left, _PLAIN) and isinstance(right, _PLAIN):
            return left == right
        case (External(), External()):
            return left == right
        case _:
            return left is right


def _resolve(machine: Machine, value: Any) -> Any:
    return machine.tape.dim(value)


def _may_be_anything(value: Any) -> bool:
    """A parameter without default need not be a positive number at all."""
    return isinstance(value, Expr) and value.as_symbol is not None and not value.as_symbol.uid


def _key(value: Any) -> Any:
    match value:
        case int() | float() | str() | Expr() | External() | None:
            return (type(value).__name__, value)
        case tuple() | list():
            return tuple(_key(element) for element in value)
        case _:
            return id(value)


def operate(
    machine: Machine, operator: str, left: Any, right: Any, node: cst.CSTNode, frame: Frame, in_place: bool = False
) -> Any:
    """The value of ``left operator right``; ``operator`` is libcst's name of it."""
    symbol = _SYMBOLS.get(operator, operator)
    if symbol == "*" and (isinstance(left, (list, tuple, str)) or isinstance(right, (list, tuple, str))):
        left, right = _whole(left), _whole(right)
    if symbol == "%" and isinstance(left, str):
        return _percent(left, right)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return operate_tensors(machine, symbol + "=" * (in_place and symbol in ("+", "-", "*", "/")), left, right, node, frame)
    if isinstance(left, Instance):
        method = _METHODS.get(symbol)
        if method is not None:
            for name in (f"__i{method[2:]}", method) if in_place else (method,):
                if left.cls.find(name):
                    return call_method(machine, left, name, (right,), node, frame)
    if isinstance(right, Instance) and not isinstance(left, Instance):
        method = _METHODS.get(symbol)
        if method is not None and right.cls.find(f"__r{method[2:]}"):
            return call_method(machine, right, f"__r{method[2:]}", (left,), node, frame)
    if symbol == "==":
        return _equal(machine, left, right)
    if symbol == "!=":
        equal = _equal(machine, left, right)
        known = machine.truth(equal)
        return machine.comparison(("not", _key(equal))) if known is None else not known
    match left, right:
        case (Expr() | Ratio(), int() | Expr()) | (int() | Expr(), Expr() | Ratio()):
            if not isinstance(left, bool) and not isinstance(right, bool):
                return _arithmetic(machine, symbol, left, right)
        case (ShapeOf(), tuple()) | (tuple(), ShapeOf()):
            return Unknown("a shape of unknown length")
        case (Choice(), _) | (_, Choice()):
            return _choose_operands(machine, operator, left, right, node, frame)
        case (list() | tuple(), Expr()) | (Expr(), list() | tuple()) if symbol == "*":
            return [Gap("repeated an unknown number of times")]
        case (Class() | External() | None, _) if symbol == "|":
            return Unknown("a type")
    if isinstance(left, _PLAIN) and isinstance(right, _PLAIN):
        return _host(symbol, left, right)
    if symbol in ("<", "<=", ">", ">="):
        return machine.comparison((symbol, _key(left), _key(right)))
    return Unknown(f"'{symbol}' of unknown values")


def _whole(value: Any) -> Any:
    """A known scalar tensor as the number by which a list is repeated."""
    return value.elements if isinstance(value, Tensor) and isinstance(value.elements, int) else value


def _choose_operands(machine: Machine, operator: str, left: Any, right: Any, node: cst.CSTNode, frame: Frame) -> Any:
    lefts = left.options if isinstance(left, Choice) else (left,)
    rights = right.options if isinstance(right, Choice) else (right,)
    results = []
    for a in lefts:
        for b in rights:
            try:
                results.append(operate(machine, operator, a, b, node, frame))
            except Thrown:
                continue
    return join(results) if results else Unknown("an operation on unknown alternatives")


def _host(symbol: str, left: Any, right: Any) -> Any:
    match symbol, left, right:
        case ("*", str() | list() | tuple() | bytes(), int()) if len(left) * right > _LONGEST:
            return Unknown("a very long sequence")
        case ("*", int(), str() | list() | tuple() | bytes()) if len(right) * left > _LONGEST:
            return Unknown("a very long sequence")
        case ("**", int() | float(), int() | float()) if abs(right) > _LARGEST_POWER:
            return Unknown("a very large number")
        case ("<<", int(), int()) if right > _LARGEST_POWER:
            return Unknown("a very large number")
        case ("%", str(), _):
            return _percent(left, right)
    try:
        return _HOST[symbol](left, right)
    except ZeroDivisionError:
        raise Thrown("ZeroDivisionError") from None
    except (TypeError, ValueError, OverflowError, KeyError):
        raise Thrown("TypeError") from None


def _percent(template: str, values: Any) -> Any:
    parts = values if isinstance(values, tuple) else (values,)
    if not all(isinstance(part, (str, int, float)) for part in parts):
        return Unknown("a formatted string")
    try:
        return template % values
    except (TypeError, ValueError):
        return Unknown("a formatted string")


def _arithmetic(machine: Machine, symbol: str, left: Any, right: Any) -> Any:
    """Numbers of which at least one is symbolic."""
    left, right = (_resolve(machine, v) if isinstance(v, Expr) and machine.tape.bindings else v for v in (left, right))
    if isinstance(left, Ratio) or isinstance(right, Ratio):
        return Unknown("arithmetic with a fraction of an unknown size")
    match symbol:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "//":
            return quotient(left, right) if right != 0 else Unknown("division by zero")
        case "/":
            exact = exact_quotient(left, right)
            if exact is not None:
                return exact
            if isinstance(right, int) and right > 0:
                return Ratio(left, right)
        case "%":
            if isinstance(right, int) and right > 0 and isinstance(left, Expr):
                return left % right
            if exact_quotient(left, right) is not None:
                return 0
            return fresh("r", minimum=0, reason="a remainder of unknown sizes")
        case "**" if isinstance(right, int) and 0 <= right <= 8 and isinstance(left, Expr):
            return left**right
        case "<" | "<=" | ">" | ">=":
            if _may_be_anything(left) or _may_be_anything(right):
                return machine.comparison((symbol, left, right))
            known = less(left, right) if symbol in ("<", ">=") else less(right, left)
            if known is None:
                return machine.comparison((symbol, left, right))
            return known if symbol in ("<", ">") else not known
    return Unknown(f"'{symbol}' of unknown sizes")


# -- access -------------------------------------------------------------------------------------------------------


@expression(cst.Attribute)
def _attribute(machine: Machine, node: cst.Attribute, frame: Frame) -> Any:
    return get_attribute(machine, machine.evaluate(node.value, frame), node.attr.value)


@expression(cst.IfExp)
def _conditional(machine: Machine, node: cst.IfExp, frame: Frame) -> Any:
    return machine.choose(
        machine.evaluate(node.test, frame),
        lambda: machine.evaluate(node.body, frame),
        lambda: machine.evaluate(node.orelse, frame),
    )


def subscript_key(machine: Machine, node: cst.Subscript, frame: Frame) -> Any:
    """The value between the brackets: one key, or a tuple of them."""
    keys = []
    for element in node.slice:
        match element.slice:
            case cst.Index(value=value, star=star):
                key = machine.evaluate(value, frame)
                if star:
                    keys.extend(iterate(machine, key, node, frame))
                    continue
                keys.append(key)
            case cst.Slice(lower=lower, upper=upper, step=step):
                bounds = [None if part is None else machine.evaluate(part, frame) for part in (lower, upper, step)]
                keys.append(slice(*bounds))
    single = len(node.slice) == 1 and isinstance(node.slice[0].comma, cst.MaybeSentinel)
    return keys[0] if single and len(keys) == 1 else tuple(keys)


@expression(cst.Subscript)
def _subscript(machine: Machine, node: cst.Subscript, frame: Frame) -> Any:
    holder = machine.evaluate(node.value, frame)
    return item(machine, holder, subscript_key(machine, node, frame), node, frame)


def item(machine: Machine, holder: Any, key: Any, node: cst.CSTNode, frame: Frame) -> Any:
    """``holder[key]``."""
    match holder:
        case Tensor():
            return operate_tensors(machine, "[]", holder, key, node, frame)
        case ShapeOf():
            return holder.item(key)
        case Instance():
            from .modules import get_item

            return get_item(machine, holder, key, node, frame)
        case Choice():
            return join([item(machine, option, key, node, frame) for option in holder.options])
        case Unknown():
            return Unknown(holder.reason)
        case dict():
            return _from_dict(machine, holder, key)
        case list() | tuple() | str() | range():
            return _from_sequence(machine, holder, key)
        case Expr():
            parameter = holder.as_symbol
            if parameter is not None and not parameter.uid and isinstance(key, (str, int)):
                from ..shapes import symbol

                return symbol(f"{parameter}[{key!r}]")
            return Unknown("an element of an unknown value")
        case Class():
            if "__members__" in holder.names and isinstance(key, str):
                return holder.names["__members__"].get(key, Unknown("an unknown member"))
            return holder  # ``Generic[T]``
        case Builtin() | External():
            return holder  # ``tuple[int, int]``
        case _:
            return Unknown("an element of an unknown value")


def _from_dict(machine: Machine, holder: dict[Any, Any], key: Any) -> Any:
    if isinstance(key, (Unknown, Expr, Choice)):
        return join(list(holder.values())) if holder else Unknown("an entry of an unknown dict")
    try:
        if key in holder:
            return holder[key]
    except TypeError:
        return Unknown("an entry with an unknown key")
    if machine.project.force_all(machine, holder) and key in holder:
        return holder[key]
    raise Thrown("KeyError")


def _from_sequence(machine: Machine, holder: Any, key: Any) -> Any:
    if isinstance(key, bool) or not isinstance(key, (int, slice)):
        if isinstance(key, (Unknown, Expr)) and holder and not isinstance(holder, (str, range)):
            return Unknown("an element at an unknown index")
        return Unknown("an element at an unknown index")
    if isinstance(holder, list):
        gap = next((i for i, element in enumerate(holder) if isinstance(element, Gap)), None)
        if gap is not None and not (isinstance(key, int) and (0 <= key < gap or gap - len(holder) < key < 0)):
            return Unknown("an element of a list of unknown length")
    try:
        return holder[key]
    except IndexError:
        raise Thrown("IndexError") from None
    except (TypeError, ValueError):
        return Unknown("a slice with unknown bounds")


@expression(cst.Call)
def _call(machine: Machine, node: cst.Call, frame: Frame) -> Any:
    function = machine.evaluate(node.func, frame)
    args, kwargs = evaluate_arguments(machine, node, frame)
    machine.calling.append(node)
    try:
        value = call(machine, function, args, kwargs, node, frame)
    finally:
        machine.calling.pop()
    if isinstance(value, Instance) and (not value.made_by or value.made_by[-1] is not node) and len(value.made_by) < 8:
        value.made_by.append(node)
    return value


