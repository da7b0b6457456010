"""Version 0.2: a form with queries at the root, as OpenRefine sends it."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response

from heritage.ports.reconciliation import Kind, Query, Reconciliation
from heritage.web.recon import answers
from heritage.web.recon.answers import Draw, candidate, plain
from heritage.web.recon.asking import (
    Refused,
    answer,
    answering,
    at_work,
    form,
    language,
    read,
    read_json,
    root,
    word,
)
from heritage.web.recon.reading import Extension, Query02

PATH = "reconcile/0.2"
ITEMS, PROPERTIES = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/"
_LONGEST_KEY = 200


def add_0_2(
    app: FastAPI, service: Reconciliation, draw: Draw, batch: int, authentication: Mapping[str, Any] | None
) -> None:
    """Adds the routes. `batch` queries may come at once; `authentication` goes into the manifest."""

    async def asked(request: Request) -> Response:
        fields = await form(request) if request.method == "POST" else dict(request.query_params)
        if "queries" in fields:
            return await _matched(fields["queries"], request, service, batch)
        if "extend" in fields:
            return await _extended(fields["extend"], request, service)
        if request.method == "POST":
            raise Refused("Send the form field queries, or extend.")
        manifest = await at_work(lambda: _manifest(service, root(request, PATH), batch))
        return answer({**manifest, **(authentication or {})}, request)

    async def entities(request: Request) -> Response:
        return await answers.suggested(request, service, Kind.ENTITY, "cursor", plain)

    async def properties(request: Request) -> Response:
        return await answers.suggested(request, service, Kind.PROPERTY, "cursor", plain)

    async def types(request: Request) -> Response:
        return await answers.suggested(request, service, Kind.TYPE, "cursor", plain)

    async def flyout(request: Request) -> Response:
        return await _flyout(request, service, draw)

    async def proposed(request: Request) -> Response:
        return await answers.proposed(request, service, plain)

    async def preview(request: Request) -> Response:
        return await answers.preview(request, service, draw)

    for path, route, methods in (
        ("", asked, ["GET", "POST"]),
        ("/", asked, ["GET", "POST"]),
        ("/suggest/entity", entities, ["GET"]),
        ("/suggest/property", properties, ["GET"]),
        ("/suggest/type", types, ["GET"]),
        ("/flyout/{kind}", flyout, ["GET"]),
        ("/extend/propose", proposed, ["GET"]),
        ("/preview", preview, ["GET"]),
    ):
        app.add_api_route(f"/{PATH}{path}", answering(route), methods=methods)


def _manifest(service: Reconciliation, address: str, batch: int) -> dict[str, Any]:
    def suggest(kind: Kind) -> dict[str, str]:
        return {
            "service_url": address,
            "service_path": f"/suggest/{kind}",
            "flyout_service_url": address,
            "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
        }

    return {
        "versions": ["0.2"],
        "name": answers.NAME,
        "identifierSpace": ITEMS,
        "schemaSpace": PROPERTIES,
        "defaultTypes": [plain(one) for one in service.types("en", answers.DEFAULT_TYPES)],
        "documentation": address.removesuffix("/0.2"),
        "serviceVersion": answers.service_version(service),
        "view": {"url": answers.VIEW + "{{id}}"},
        "preview": {"url": f"{address}/preview?id={{{{id}}}}", **answers.PREVIEW},
        "suggest": {str(kind): suggest(kind) for kind in Kind},
        "extend": {
            "propose_properties": {"service_url": address, "service_path": "/extend/propose"},
            "property_settings": [],
        },
        "batchSize": batch,
    }


async def _matched(text: str, request: Request, service: Reconciliation, batch: int) -> Response:
    sent = read_json(text, "queries")
    if not isinstance(sent, dict):
        raise Refused('queries has to be an object of queries, as {"q0": {"query": "Cathedral"}}.')
    if len(sent) > batch:
        raise Refused(f"{len(sent):,} queries were sent; at most {batch:,} can come at once.", 413)
    if any(len(key) > _LONGEST_KEY for key in sent):
        raise Refused(f"A key of the queries is longer than {_LONGEST_KEY} characters.")
    lang = language(request)
    queries: list[Query] = [read(Query02, one, f"queries.{key[:40]}").read(lang) for key, one in sent.items()]
    found = await at_work(lambda: service.match(queries))
    told = zip(sent, found, strict=True)
    return answer({key: {"result": [candidate(one, plain) for one in some]} for key, some in told}, request)


async def _extended(text: str, request: Request, service: Reconciliation) -> Response:
    asked, lang = extension(read_json(text, "extend")), language(request)
    properties = [one.id for one in asked.properties]
    found = await at_work(lambda: service.extend(asked.ids, properties, lang))
    return answer(
        {
            "meta": [plain(one) for one in found.properties],
            "rows": {
                qid: {
                    one: [{"str": value} if isinstance(value, str) else plain(value) for value in values]
                    for one, values in row.items()
                }
                for qid, row in found.rows.items()
            },
        },
        request,
    )


def extension(sent: Any) -> Extension:
    """A query for values, within limits."""
    asked = read(Extension, sent, "extend")
    if len(asked.ids) > answers.MOST_IDS or len(asked.properties) > answers.MOST_PROPERTIES:
        raise Refused(
            f"At most {answers.MOST_PROPERTIES} properties of {answers.MOST_IDS:,} ids can be asked at once.",
            413,
        )
    return asked


async def _flyout(request: Request, service: Reconciliation, draw: Draw) -> Response:
    kind, asked, lang = request.path_params["kind"], word(request, "id", 100), language(request)
    if kind not in list(Kind):
        raise Refused("There are flyouts of entity, property and type.", 404)
    found = await at_work(lambda: service.named(Kind(kind), asked, lang))
    if found is None:
        raise Refused(f"The index knows no such {kind}.", 404)
    return answer({"id": asked, "html": draw("recon_flyout", found=found)}, request)
