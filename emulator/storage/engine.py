"""Judge requests by rules for Cloud Storage with Google's own engine, one JSON line for each.

The Storage emulator is a download. But the library that judges for it lies in the jar of the
Firestore emulator too, with `firebase.storage`, `firestore.get()` and `firestore.exists()`. A Java
machine is started here to call it, which is why this is a process of its own:

    python -m emulator.storage.engine RULES JAR LIBJVM

It says what is wrong with the rules, then answers `{method, path, request, resource, documents}`
with `{permit, asked, error}`: `documents` are Firestore's, `asked` the paths that were looked at.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

# Java's classes are known when they run, so there is nothing to check before.
jpype: Any = importlib.import_module("jpype")

RULES = "com.google.firebase.rules"
STORAGE = f"{RULES}.partners.services.firebasestorage.FirebaseStorage"
COMPILER = f"{RULES}.lang.FirebaseRulesProtoCompiler"


def java(name: str) -> Any:
    return jpype.JClass(name)


class Engine:
    """Rules, compiled once."""

    def __init__(self, text: str) -> None:
        compiler = java(COMPILER)
        options = java(f"{RULES}.lang.common.FirebaseRulesLangOptions").builder()
        options = options.allowTernaryOperator(True).allowCrossServiceRules(True).build()
        file = java(f"{RULES}.v1.File").newBuilder().setName("storage.rules").setContent(text)
        source = java(f"{RULES}.v1.Source").newBuilder().addFiles(file).build()
        compiled = compiler.createStandalone(options), source
        self.issues = [str(issue.getDescription()) for issue in self._part("getIssues", *compiled)]
        self._evaluator: Any = None
        if not self._part("hasCompilationError", *compiled):
            tree = self._part("getRulesetAst", *compiled)
            self._evaluator = java(f"{RULES}.runtime.impl.DefaultEvaluator")(tree)

    def _part(self, name: str, compiler: Any, source: Any) -> Any:
        """A part of what the compiler answers.

        The answer's class names one that the jar lacks, so Python cannot hold it: two handles are
        joined to one, which never lets it out.
        """
        handles, types = java("java.lang.invoke.MethodHandles"), java("java.lang.invoke.MethodType")
        by_name = java("java.lang.Class").forName
        result = by_name(f"{RULES}.lang.CompileResult")
        parts = {
            "getIssues": by_name("java.util.List"),
            "hasCompilationError": java("java.lang.Boolean").TYPE,
            "getRulesetAst": by_name(f"{RULES}.runtime.v1.RulesetAst"),
        }
        lookup = handles.publicLookup()
        taken = types.methodType(result, by_name(f"{RULES}.v1.SourceOrBuilder"))
        compiling = lookup.findVirtual(by_name(COMPILER), "compile", taken)
        part = lookup.findVirtual(result, name, types.methodType(parts[name]))
        return handles.filterReturnValue(compiling, part).invokeWithArguments(compiler, source)

    def judge(self, asked: dict[str, Any]) -> dict[str, Any]:
        looked_at: list[str] = []
        method = asked["method"].title()
        context = context_of(method, asked, looked_at)
        converted = java(f"{STORAGE}{method}ContextConverter").convert(context)
        try:
            permit, error = bool(self._evaluator.evaluate(converted).get().permit()), None
        except java("java.util.concurrent.ExecutionException") as failure:
            permit, error = False, str(failure.getCause())
        return {"permit": permit, "asked": looked_at, "error": error}


def context_of(method: str, asked: dict[str, Any], looked_at: list[str]) -> Any:
    """What the rules can see of a request, as Cloud Storage would show it."""
    futures = java("com.google.common.util.concurrent.Futures")
    paths = java(f"{RULES}.runtime.utils.PathUtils")

    def document(path: Any) -> dict[str, Any] | None:
        name = str(paths.toRawString(path)).removeprefix("/databases/(default)/documents/")
        looked_at.append(name)
        found: dict[str, Any] | None = asked["documents"].get(name)
        return found

    def get(self: Any, path: Any, position: Any) -> Any:
        fields = document(path)
        return futures.immediateFuture(value(None if fields is None else {"data": fields}))

    def exists(self: Any, path: Any, position: Any) -> Any:
        return futures.immediateFuture(value(document(path) is not None))

    parts = {
        "path": lambda self: paths.parseRaw(f"/b/bucket/o/{asked['path']}"),
        "request": lambda self: value(asked["request"]).getMapValue(),
        "resource": lambda self: futures.immediateFuture(value(asked["resource"])),
        "debug": lambda self, shown: shown,
        "firestoreGet": get,
        "firestoreExists": exists,
    }
    if method == "List":
        del parts["resource"]
    overriding = {name: jpype.JOverride(part) for name, part in parts.items()}
    interface = f"{STORAGE}Service$FirebaseStorage{method}Context"
    return jpype.JImplements(interface)(type("Context", (), overriding))()


def value(of: Any) -> Any:
    """A value as the engine holds it; a map with `$time` alone is a time, in seconds since 1970."""
    builder = java(f"{RULES}.runtime.v1.ExpressionValue").newBuilder()
    match of:
        case {"$time": seconds}:
            moment = java("com.google.protobuf.Timestamp").newBuilder().setSeconds(seconds)
            return builder.setTimestampValue(moment).build()
        case dict():
            fields = java(f"{RULES}.runtime.v1.ExpressionMapValue").newBuilder()
            for key, inner in of.items():
                fields.putFields(key, value(inner))
            return builder.setMapValue(fields).build()
        case _:
            parsed = java(f"{RULES}.runtime.utils.JsonUtils").jsonToExpressionValue
            return parsed(json.dumps(of))


def main(rules: str, jar: str, library: str) -> None:
    jpype.startJVM(library, "-Xmx256m", classpath=[jar])
    engine = Engine(Path(rules).read_text())
    print(json.dumps(engine.issues), flush=True)
    for line in sys.stdin:
        print(json.dumps(engine.judge(json.loads(line))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
