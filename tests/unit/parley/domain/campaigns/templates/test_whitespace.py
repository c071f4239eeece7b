from __future__ import annotations

import pytest

from parley.domain.campaigns.templates import BodyTemplate


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ 'a' -}} b\n", "ab\n"),
        ("{{ 'a' -}}\n\nb\n", "ab\n"),
        ("x {%- if true -%} b\n{%- endif -%} c\n", "xbc\n"),
        ("\u00a0{{- 'a' -}}\u00a0b", "\u00a0a\u00a0b"),
        ("a {%- raw -%} {{ x }} {%- endraw -%} c", "a {{ x }} c"),
        ("{% raw %}{{{% endraw %}", "{{"),
        ("{% if true %}{% raw %} {% endraw %}{% endif %}|", " |"),
        ("{% if true %} {% assign a = 1 %} {% endif %}|", "|"),
        ("{% for i in (1..2) %} {% if false %} {% break %} {% endif %} {% endfor %}|", "    |"),
        ("{% for i in (1..3) %}{{ i }}{% if i == 2 %}{% break %}{% endif %}-{% endfor %}", "1-2"),
        ("{% capture x %}{% if true %} {% endif %} {% endcapture %}{{ x | size }}", "1"),
        ("{% comment %}{% raw %}{% endcomment %}{% endraw %}{% endcomment %}x", "x"),
        ("{% comment %}{{ 'never closed {% endcomment %}x", "x"),
        ("{% # a note %}x{%- # another -%} y", "xy"),
        ("{% liquid\n# note\nassign a = 'b'\necho a\n%}c", "bc"),
        ("{{ }}{{- -}} x", "x"),
        ("50% off { today } }} {{ 'x' }}", "50% off { today } }} x"),
        ("a\r\nb{{ 'c\r' }}", "a\r\nbc\r"),
    ],
)
def test_white_space_around_tags_is_kept_or_trimmed_as_in_liquid(template: str, text: str) -> None:
    assert BodyTemplate(template).render({}) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ user.tags.size }}{{ user.tags.first }}{{ user.tags.last }}", "2ab"),
        ("{{ user.tags['size'] }}{{ user['tags'].size }}{{ user.tags[-1] }}", "2b"),
        ("{{ user.fields.size }}{{ user.fields['size'] }}", "LL"),
        ("{{ user[user.key][0] }}{{ user.fields['2nd'] }} costs .5", "a2 costs .5"),
        ("{{ user.fields['a]b'].x }}{{ user.tags['x'] }}{{ user.tags[9] }}", ""),
        ("{{ user.name.first }}{{ user.name[0] }}{{ user.name.size }}", "A3"),
    ],
)
def test_a_path_leads_to_fields_items_and_three_properties(template: str, text: str) -> None:
    user = {
        "name": "Ann",
        "key": "tags",
        "tags": ["a", "b"],
        "fields": {"size": "L", "2nd": "2"},
    }

    assert BodyTemplate(template).render({"user": user}) == text
