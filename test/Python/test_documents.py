# REQUIRES: python
# RUN: %pytest %s

"""The documents say what is so: the guide's examples, the stub, the docstrings."""

import ast
import doctest
import inspect
import re
from pathlib import Path

import fidelity
import pytest

ROOT = Path(__file__).resolve().parents[2]
STUB = ROOT / "python-bindings/python/fidelity/__init__.pyi"


def test_the_examples_of_the_guide(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs/python.md").read_text()
    blocks = re.findall(r"^```pycon\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 5
    # One session: a block goes on where the one before ended.
    test = doctest.DocTestParser().get_doctest(
        "\n".join(blocks), {"folder": tmp_path}, "docs/python.md", None, 0
    )
    said = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test, out=said.append)
    result = runner.summarize(verbose=False)
    assert result.attempted > 15
    assert result.failed == 0, "".join(said)


def stubs():
    """The public names of the stub, those of a class as a set."""
    names = {}
    for node in ast.parse(STUB.read_text()).body:
        if isinstance(node, ast.ClassDef):
            names[node.name] = {
                getattr(item, "name", None) or item.target.id
                for item in node.body
                if isinstance(item, (ast.FunctionDef, ast.AnnAssign))
            }
        elif isinstance(node, ast.FunctionDef):
            names[node.name] = node.args
        elif isinstance(node, ast.AnnAssign):
            names[node.target.id] = None
    return names


def test_the_stub_has_what_the_package_has():
    assert set(stubs()) == set(fidelity.__all__)
    assert (STUB.parent / "py.typed").exists()


@pytest.mark.parametrize("name", ["Module", "Program", "Function", "CompiledFunction", "Diagnostic"])
def test_the_stub_of_a_class(name):
    # Those that every class has, and those that eq brings.
    common = set(dir(object)) - {"__name__"}
    members = {member for member in vars(getattr(fidelity, name)) if member not in common}
    assert stubs()[name] == members - {"__doc__", "__module__"}


@pytest.mark.parametrize("name", ["parse", "read", "compile", "compile_to"])
def test_the_stub_of_a_function(name):
    arguments = stubs()[name]
    signature = inspect.signature(getattr(fidelity, name))
    kinds = {
        argument: parameter.kind is parameter.KEYWORD_ONLY
        for argument, parameter in signature.parameters.items()
    }
    assert kinds == {
        **{argument.arg: False for argument in arguments.args},
        **{argument.arg: True for argument in arguments.kwonlyargs},
    }


def test_everything_is_documented():
    for name in fidelity.__all__:
        if name == "__version__":
            continue
        item = getattr(fidelity, name)
        assert item.__doc__, name
        if inspect.isclass(item) and not issubclass(item, Exception):
            for member, value in vars(item).items():
                if not member.startswith("_"):
                    assert value.__doc__, f"{name}.{member}"


def test_the_version_is_that_of_the_workspace():
    version = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    assert fidelity.__version__ == version[1]
