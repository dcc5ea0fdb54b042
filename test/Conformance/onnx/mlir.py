"""Writing a function in MLIR, one value after the other."""

import dataclasses

ELEMENTS = {"float16": "f16", "float32": "f32", "float64": "f64"}


def number(value):
    """A float as MLIR writes one: with a point, and no digit lost."""
    return f"{value:.16e}"


@dataclasses.dataclass(frozen=True)
class Value:
    """A tensor."""

    name: str
    shape: tuple
    element: str

    @property
    def type(self):
        return "tensor<" + "x".join([*map(str, self.shape), self.element]) + ">"


class Module:
    """A module with one function, `main`, of the arrays that it is given."""

    def __init__(self, arrays):
        self.arguments = {
            name: Value(f"%{name}", array.shape, ELEMENTS[str(array.dtype)]) for name, array in arrays.items()
        }
        self.lines = []
        self.count = 0

    def argument(self, name):
        """An argument, or nothing when it is not given."""
        return self.arguments.get(name)

    def value(self, shape, element):
        """A value that the next line defines."""
        self.count += 1
        return Value(f"%{self.count - 1}", tuple(shape), element)

    def op(self, text, operands, results):
        """An op in the dialect's form: `text` without results and types."""
        of = lambda values: ", ".join(value.type for value in values)
        names = ", ".join(value.name for value in results)
        self.lines.append(f"{names} = {text} : ({of(operands)}) -> ({of(results)})")

    def expand(self, value, dimension, sizes):
        """A dimension as several, or several dimensions from one."""
        shape = (*value.shape[:dimension], *sizes, *value.shape[dimension + 1 :])
        return self.reshape("expand", value, dimension, shape, len(sizes))

    def collapse(self, value, dimension, count):
        """`count` dimensions, from one on, as one."""
        size = 1
        for part in value.shape[dimension : dimension + count]:
            size *= part
        shape = (*value.shape[:dimension], size, *value.shape[dimension + count :])
        return self.reshape("collapse", value, dimension, shape, count)

    def reshape(self, kind, value, dimension, shape, count):
        if shape == value.shape:
            return value
        rank = max(len(shape), len(value.shape))
        groups = [
            list(range(at, at + count)) if at == dimension else [at]
            for at in range(rank)
            if not dimension < at < dimension + count
        ]
        result = self.value(shape, value.element)
        output = f" output_shape {list(shape)}" if kind == "expand" else ""
        self.lines.append(
            f"{result.name} = tensor.{kind}_shape {value.name} {groups}{output} : {value.type} into {result.type}"
        )
        return result

    def transpose(self, value, order):
        """The dimensions in another order: `order[i]` comes to be dimension i."""
        into = self.value([value.shape[at] for at in order], value.element)
        self.lines.append(f"{into.name} = tensor.empty() : {into.type}")
        result = self.value(into.shape, value.element)
        loops = [f"d{at}" for at in range(len(order))]
        read = [loops[order.index(at)] for at in range(len(order))]
        maps = ", ".join(f"affine_map<({', '.join(loops)}) -> ({', '.join(map_)})>" for map_ in [read, loops])
        kinds = ", ".join(['"parallel"'] * len(order))
        self.lines += [
            f"{result.name} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{kinds}]}}",
            f"    ins({value.name} : {value.type}) outs({into.name} : {into.type}) {{",
            f"^bb0(%in: {value.element}, %out: {value.element}):",
            f"  linalg.yield %in : {value.element}",
            f"}} -> {result.type}",
        ]
        return result

    def function(self, results):
        """The module, which returns these values."""
        arguments = ", ".join(f"{value.name}: {value.type}" for value in self.arguments.values())
        types = ", ".join(value.type for value in results)
        names = ", ".join(value.name for value in results)
        body = "".join(f"  {line}\n" for line in [*self.lines, f"return {names} : {types}"])
        return f"func.func @main({arguments}) -> ({types}) {{\n{body}}}\n"
