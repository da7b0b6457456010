"""Data Docs as Great Expectations renders them, made to open anywhere: no script, no address outside."""

from collections.abc import Sequence
from typing import Any

import lxml.etree
import lxml.html

from heritage.model.shown import printable, shorten

_DROPPED = (
    *(f"//{kind}" for kind in ("script", "style", "link", "img", "iframe", "object", "embed", "base")),
    "//meta[@http-equiv]",
    "//body/nav",  # leads to other pages of a site that is not there
    "//footer",
    "//div[contains(@class, 'col-lg-2')]",  # filters that need a script
    "(//div[contains(@class, 'ge-section')])[last()]",  # when the library ran: the snapshot says when
)
_STYLE = """
 body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 1rem auto; padding: 0 1rem;
 overflow-wrap: anywhere }
 table { border-collapse: collapse; width: 100%; margin: .5rem 0 } .table-responsive { overflow-x: auto }
 td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ccc; vertical-align: top }
 td, th { overflow-wrap: normal } td:nth-child(2):nth-last-child(2) { width: 100%; overflow-wrap: anywhere }
 @media (max-width: 40rem) { td, th { padding-inline: 0 .6rem } }
 h5, h6 { font-size: 1.1rem; margin: 1.5rem 0 0 } i { font-style: normal }
 .fa-check-circle::before { content: "holds" } .fa-times::before { content: "fails"; font-weight: bold }
 .fa-exclamation-triangle::before { content: "error"; font-weight: bold }
"""
"""In place of the stylesheets and icons of other servers."""


def page(title: str, results: Sequence[Any]) -> str:
    """HTML of one validation: every expectation with what was observed. Results hold no record's values."""
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    title = printable(shorten(title))
    met = sum(bool(one.success) for one in results)
    validation = ExpectationSuiteValidationResult(
        success=met == len(results),
        results=list(results),
        suite_name=title,
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": met,
            "unsuccessful_expectations": len(results) - met,
            "success_percent": 100 * met / len(results) if results else None,
        },
        meta={},
    )
    document = ValidationResultsPageRenderer(run_info_at_end=True).render(validation)
    return _alone(DefaultJinjaPageView().render(document), title)


def _alone(html: str, title: str) -> str:
    """Without what would be loaded, run or sent from the page."""
    root = lxml.html.document_fromstring(html)
    for kind in _DROPPED:
        for element in root.xpath(kind):
            element.drop_tree()
    for element in root.iter(lxml.etree.Element):
        for name, value in list(element.attrib.items()):
            leads = name in ("href", "src", "action", "formaction", "srcset") and not value.startswith("#")
            if leads or name == "style" or name.startswith("on"):
                del element.attrib[name]
    for icon in root.xpath("//i[normalize-space(following-sibling::text()[1])]"):
        icon.drop_tree()  # its word stands behind it
    head, body = root.find("head"), root.find("body")
    for element in head.xpath("title"):
        element.drop_tree()
    body.insert(0, _element("h1", f"Data Docs of {title}"))
    head.extend([_element("title", f"Data Docs of {title}"), _element("style", _STYLE)])
    root.set("lang", "en")
    text: str = lxml.html.tostring(root, encoding="unicode", doctype="<!doctype html>")
    return text


def _element(name: str, text: str) -> Any:
    element = lxml.html.Element(name)
    element.text = text
    return element
