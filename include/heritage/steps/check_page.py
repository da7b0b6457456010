"""The results of the checks as one page for people, without any address outside."""

from typing import Any

from jinja2 import Environment

from heritage.model.shown import printable

_PAGE = Environment(
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=lambda value: printable(value) if type(value) is str else value,
).from_string(
    """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Checks of {{ title }}</title>
<style>
 body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
 overflow-wrap: anywhere }
 table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .3rem .6rem;
 border-bottom: 1px solid #ccc; vertical-align: top } .failed { font-weight: bold }
 th, td { overflow-wrap: normal } .told { width: 100%; overflow-wrap: anywhere }
 code { font-size: .9em }
 @media (max-width: 40rem) { td, th { padding-inline: 0 .6rem } }
</style>
<h1>{{ title }}</h1>
<p>Snapshot <code>{{ snapshot }}</code>: {{ records }} {{ what | default("records") }},
{{ rejected }} rows rejected.
{% if compared_with %}Compared with snapshot <code>{{ compared_with }}</code>.
{% else %}There was no good snapshot to compare with.{% endif %}</p>
<h2>What was found</h2>
{% if issues %}
<table><tr><th>Severity<th>Finding</tr>
{% for issue in issues %}<tr><td>{{ issue.severity }}<td class="told">{{ issue.message }}</tr>
{% endfor %}</table>
{% else %}<p>Nothing: all checks passed.</p>{% endif %}
{% if what is not defined %}
<h2>Expectations</h2>
<p>The same as <a href="data_docs.html">Data Docs of Great Expectations</a>.</p>
<table><tr><th>Expectation<th>Severity<th>Result</tr>
{% for one in expectations %}<tr{% if not one.passed %} class="failed"{% endif %}>
<td class="told">{{ one.why }}
{% if one.column %}<code>{{ one.column }}</code>{% endif %}<td>{{ one.severity }}
<td>{% if one.passed %}holds{% else %}fails for {{ one.failed }}{% endif %}</tr>
{% endfor %}</table>
<h2>Notes from the mapping</h2>
{% if notes.counts %}
{% for code, number in notes.counts.items() %}
<details><summary>{{ number }} {{ code }}</summary><ul>
{% for example in notes.examples[code] %}<li>{{ example }}</li>
{% endfor %}</ul></details>
{% endfor %}
{% else %}<p>None.</p>{% endif %}
{% endif %}
</html>
"""
)


def page(report: dict[str, Any]) -> str:
    """HTML of the content of `checks.json`."""
    return _PAGE.render(report)
