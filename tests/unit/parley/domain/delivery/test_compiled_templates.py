"""Compiled templates are kept by what they take in memory."""

from __future__ import annotations

import tracemalloc

from parley.domain.delivery.compiled_templates import CompiledTemplates


def test_a_template_is_compiled_once() -> None:
    compiled = CompiledTemplates()

    assert compiled.of("Hello {{ name }}", ()) is compiled.of("Hello {{ name }}", ())
    with_partial = compiled.of("{% render 'a' %}", (("a", "one"),))
    assert with_partial is not compiled.of("{% render 'a' %}", (("a", "two"),))


def test_one_that_is_too_large_to_be_kept_is_compiled_each_time() -> None:
    compiled = CompiledTemplates(kept_bytes=10_000)

    large = compiled.of("{{ name }}" + "a" * 10_000, ())

    assert large is not compiled.of("{{ name }}" + "a" * 10_000, ())
    assert large.render({"name": "Ann"}).startswith("Anna")
    assert compiled.kept_bytes == 0


def test_many_large_templates_take_no_more_memory_than_one() -> None:
    """Of each, hundreds of tags and the texts of others."""
    compiled = CompiledTemplates(kept_bytes=2_000_000)
    tracemalloc.start()

    for number in range(40):
        partials = tuple((f"p{place}", "b" * 50_000 + str(number)) for place in range(4))
        renders = "".join(f"{{% render '{name}' %}}" for name, _ in partials)
        compiled.of("{{ a }}" * 100 + renders + str(number), partials)
        assert 0 < compiled.kept_bytes <= 2_000_000

    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 4_000_000
